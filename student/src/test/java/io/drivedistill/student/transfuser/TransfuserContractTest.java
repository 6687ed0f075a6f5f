package io.drivedistill.student.transfuser;

import io.drivedistill.student.Student;
import io.drivedistill.student.StudentContract;
import org.junit.jupiter.api.Nested;

class TransfuserContractTest {

  @Nested
  class WithLidar extends StudentContract {
    @Override
    protected Student create() {
      return new Transfuser(TransfuserConfig.quickstart());
    }
  }

  @Nested
  class Latent extends StudentContract {
    @Override
    protected Student create() {
      return new Transfuser(TransfuserConfig.quickstart().withLatent(true));
    }
  }
}
