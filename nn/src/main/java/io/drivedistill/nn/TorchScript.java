package io.drivedistill.nn;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * PyTorch operations that DJL does not offer, reached through a TorchScript archive that is written
 * here (SPEC-djl 2.3): a stored zip with the source of one module without parameters. Gradients
 * flow through the arguments. Thread-safe; the compiled module lives as long as the process.
 */
final class TorchScript {
  private static final String SOURCE =
      """
      class Ops(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def grid_sample(self, x: Tensor, grid: Tensor) -> Tensor:
          return torch.grid_sampler(x, grid, 0, 0, False)
        def narrowed(self, x: Tensor) -> Tensor:
          return torch.to(x, 15)
        def widened(self, x: Tensor) -> Tensor:
          return torch.to(x, 6)
        def linear(self, x: Tensor, w: Tensor) -> Tensor:
          return torch.to(torch.matmul(torch.to(x, 15), torch.t(w)), 6)
      """;

  private static final String METHOD = "module_method:";
  private static final int SHORT_TEXT = 'X';
  private static final int NEW_TRUE = 0x88;

  private TorchScript() {}

  /** Compiled at the first call. The model is kept because its finalizer closes the block. */
  private static final class Compiled {
    static final Model MODEL = compile();
    static final PtSymbolBlock OPERATIONS = (PtSymbolBlock) MODEL.getBlock();

    private static Model compile() {
      Model model = Model.newInstance("operations", "PyTorch");
      try {
        model.load(new ByteArrayInputStream(archive()));
      } catch (IOException | MalformedModelException e) {
        throw new IllegalStateException("The engine refuses the operations' source", e);
      }
      return model;
    }
  }

  /**
   * Calls a function of {@link #SOURCE}.
   *
   * @param arguments real arrays; the result belongs to the manager of the first, which must
   *     therefore be no parameter
   */
  static NDArray call(String function, NDArray... arguments) {
    // Optimising for new shapes costs tens of milliseconds each; the switch belongs to the thread.
    JniUtils.setGraphExecutorOptimize(false);
    NDList inputs = new NDList();
    String[] names = new String[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      names[i] = arguments[i].getName();
      // A name with a dot or brackets would be taken for a dictionary or list.
      arguments[i].setName(null);
      inputs.add(arguments[i]);
    }
    try (NDArray tag = arguments[0].getManager().zeros(new Shape())) {
      tag.setName(METHOD + function);
      inputs.add(tag);
      // "true" keeps autograd's graph; without gradients wanted there is none.
      return IValueUtils.forward(Compiled.OPERATIONS, inputs, true).singletonOrThrow();
    } finally {
      for (int i = 0; i < arguments.length; i++) {
        arguments[i].setName(names[i]);
      }
    }
  }

  private static byte[] archive() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("ops/data.pkl", moduleWithoutState());
    files.put("ops/code/__torch__.py", SOURCE.getBytes(StandardCharsets.UTF_8));
    files.put("ops/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
    files.put("ops/version", "10\n".getBytes(StandardCharsets.US_ASCII));
    files.put("ops/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        CRC32 checksum = new CRC32();
        checksum.update(file.getValue());
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setSize(file.getValue().length);
        entry.setCompressedSize(file.getValue().length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** A pickle of one module whose only attribute is {@code training = True}. */
  private static byte[] moduleWithoutState() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    byte[] attribute = "training".getBytes(StandardCharsets.UTF_8);
    try {
      pickle.write(new byte[] {(byte) 0x80, 2});
      pickle.write("c__torch__\nOps\n".getBytes(StandardCharsets.US_ASCII));
      pickle.write(new byte[] {')', (byte) 0x81, '}', '('});
      pickle.write(new byte[] {SHORT_TEXT, (byte) attribute.length, 0, 0, 0});
      pickle.write(attribute);
      pickle.write(new byte[] {(byte) NEW_TRUE, 'u', 'b', '.'});
    } catch (IOException e) {
      throw new UncheckedIOException("Memory can always be written", e);
    }
    return pickle.toByteArray();
  }
}
