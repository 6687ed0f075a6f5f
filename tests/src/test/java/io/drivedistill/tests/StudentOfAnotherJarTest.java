package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.Progress;
import io.drivedistill.distill.Experiment;
import io.drivedistill.distill.ExperimentRun;
import io.drivedistill.distill.ExperimentRun.Goal;
import io.drivedistill.distill.StudentDescription;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worked example of docs/students.md: compiled outside the project, named in a config. */
class StudentOfAnotherJarTest {
  private static final int LINES = 100;
  private static final String FRONT_GLANCE =
      "  backbone:\n    front-glance: {height: 64, width: 96, channels: 16, poses: 8}\n";

  @TempDir private Path folder;
  private Path classes;

  @BeforeEach
  void compile() throws IOException {
    Path example = RepositoryRoot.find().resolve("docs").resolve("examples").resolve("student");
    Path source = example.resolve("src").resolve("com").resolve("example");
    Path file = source.resolve("FrontGlance.java");
    assertThat(Files.readAllLines(file)).hasSizeLessThan(LINES);
    classes = Files.createDirectories(folder.resolve("classes"));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                file.toString());
    assertThat(result).isZero();
    Path services = Path.of("META-INF", "services");
    Path named = Path.of("io.drivedistill.student.StudentKind");
    Files.createDirectories(classes.resolve(services));
    Files.copy(example.resolve(services).resolve(named), classes.resolve(services).resolve(named));
  }

  @Test
  void isListedDescribedAndDistilledByConfigAlone() throws IOException {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader plugin = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before)) {
      Thread.currentThread().setContextClassLoader(plugin);
      assertThat(StudentDescription.list()).anyMatch(line -> line.startsWith("front-glance"));
      assertThat(StudentDescription.of("front-glance", Optional.empty()))
          .anyMatch(line -> line.contains("GFLOPs"));
      List<String> told = new ArrayList<>();
      Path export =
          ExperimentRun.execute(
              Experiment.read(SmallestExperiment.with(folder, FRONT_GLANCE)),
              Goal.EXPORT,
              Progress.silent(),
              told::add);
      assertThat(export.resolve("model").resolve("student.onnx")).exists();
      assertThat(told).anyMatch(line -> line.startsWith("distilled"));
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
