package io.drivedistill.core;

import io.drivedistill.core.pickle.InertObject;
import io.drivedistill.core.pickle.PickleException;
import io.drivedistill.core.pickle.PickleReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A checkpoint that {@code torch.save} wrote since version 1.6: a zip of one pickle and of storages
 * as they lay in memory. The pickle is read by a machine of our own that runs nothing (see {@link
 * PytorchGlobals}); storages are mapped, and compared with their checksums when first touched.
 *
 * <p>The tensors are those of the dictionary that was saved, of its entry {@code state_dict}
 * (Lightning), or of its only entry that is a dictionary of tensors ({@code model}, {@code
 * teacher}).
 */
final class PytorchFile implements TensorFile {
  private static final String STATE = "state_dict";
  private static final long MAX_PICKLE = 1L << 28;
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** A pickle of protocol 2 that begins with the magic number of the format before 1.6. */
  private static final byte[] LEGACY = {
    (byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20
  };

  private final Path file;
  private final MappedFile mapped;
  private final StoredZip zip;
  private final String folder;
  private final Map<String, PytorchTensor> tensors;
  private final Set<String> verified = ConcurrentHashMap.newKeySet();

  private PytorchFile(
      Path file,
      MappedFile mapped,
      StoredZip zip,
      String folder,
      Map<String, PytorchTensor> tensors) {
    this.file = file;
    this.mapped = mapped;
    this.zip = zip;
    this.folder = folder;
    this.tensors = tensors;
  }

  /** Whether the first bytes are those of a checkpoint, of this format or of the one before. */
  static boolean isPytorch(Path file) {
    byte[] head = head(file);
    return startsWith(head, ZIP) || startsWith(head, LEGACY);
  }

  private static byte[] head(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.readNBytes(LEGACY.length);
    } catch (IOException e) {
      return new byte[0]; // Whoever opens the file says what is wrong with it.
    }
  }

  private static boolean startsWith(byte[] head, byte[] magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }

  /**
   * @throws DriveDistillException if the file is missing, damaged, of the format before 1.6, or
   *     holds no dictionary of tensors
   */
  static PytorchFile open(Path file) {
    if (startsWith(head(file), LEGACY)) {
      throw new DriveDistillException(
          file.toAbsolutePath() + " is a checkpoint in PyTorch's format from before version 1.6",
          "Maybe save it anew with any later PyTorch: torch.save(torch.load('"
              + file.getFileName()
              + "', map_location='cpu', weights_only=True), 'new.pth').");
    }
    MappedFile mapped = null;
    try {
      mapped = MappedFile.open(file);
      StoredZip zip = StoredZip.read(mapped);
      String folder = folderOf(zip);
      byte[] pickle = entry(mapped, zip, folder + "data.pkl", MAX_PICKLE);
      requireLittleEndian(mapped, zip, folder);
      Object root = PickleReader.read(pickle, new PytorchGlobals());
      Map<String, PytorchTensor> tensors = tensorsOf(stateOf(root, file), zip, folder);
      return new PytorchFile(file, mapped, zip, folder, tensors);
    } catch (IOException | PickleException | DriveDistillException e) {
      closeQuietly(mapped, e);
      throw e instanceof DriveDistillException clear ? clear : unreadable(file, e);
    }
  }

  private static void closeQuietly(MappedFile mapped, Exception reason) {
    try {
      if (mapped != null) {
        mapped.close();
      }
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static DriveDistillException unreadable(Path file, Exception e) {
    String advice =
        e instanceof PickleException && e.getMessage().contains("allow-list")
            ? "Maybe the file is hostile: weights need no such name. Nothing of it was run; get the"
                + " weights from a source you trust."
            : "Maybe the download or copy stopped early; get the file again and compare its"
                + " checksum.";
    return new DriveDistillException(
        "Not a whole PyTorch checkpoint: " + file.toAbsolutePath() + ": " + e.getMessage(),
        advice,
        e);
  }

  private static String folderOf(StoredZip zip) throws IOException {
    String pickle =
        zip.entries().keySet().stream()
            .filter(name -> name.equals("data.pkl") || name.endsWith("/data.pkl"))
            .findFirst()
            .orElseThrow(() -> new IOException("the zip holds no data.pkl"));
    return pickle.substring(0, pickle.length() - "data.pkl".length());
  }

  private static byte[] entry(MappedFile mapped, StoredZip zip, String name, long limit)
      throws IOException {
    StoredZip.Entry entry = zip.entries().get(name);
    if (entry.bytes() > limit) {
      throw new IOException("'" + name + "' claims " + entry.bytes() + " bytes");
    }
    zip.verify(name);
    byte[] bytes = new byte[(int) entry.bytes()];
    mapped.view(entry.begin(), bytes.length).get(bytes);
    return bytes;
  }

  private static void requireLittleEndian(MappedFile mapped, StoredZip zip, String folder)
      throws IOException {
    String name = folder + "byteorder";
    if (zip.entries().containsKey(name)
        && !Arrays.equals(
            entry(mapped, zip, name, 16), new byte[] {'l', 'i', 't', 't', 'l', 'e'})) {
      throw new IOException("it was written on a big endian machine");
    }
  }

  private static Map<?, ?> stateOf(Object root, Path file) {
    if (!(root instanceof Map<?, ?> saved)) {
      throw new DriveDistillException(
          file.toAbsolutePath()
              + " holds "
              + (root instanceof InertObject object
                  ? "an object of the class " + object
                  : "a value")
              + ", not a dictionary of tensors",
          "Maybe it is a whole module or a TorchScript archive; save its weights instead, with"
              + " torch.save(module.state_dict(), 'weights.pth').");
    }
    if (saved.get(STATE) instanceof Map<?, ?> state) {
      return state;
    }
    if (holdsTensors(saved)) {
      return saved;
    }
    List<? extends Map.Entry<?, ?>> inner =
        saved.entrySet().stream()
            .filter(entry -> entry.getValue() instanceof Map<?, ?> map && holdsTensors(map))
            .toList();
    if (inner.size() != 1) {
      throw new DriveDistillException(
          file.toAbsolutePath()
              + (inner.isEmpty()
                  ? " holds no dictionary of tensors; its entries are "
                      + PickleReader.printable(String.valueOf(saved.keySet()))
                  : " holds several dictionaries of tensors: "
                      + inner.stream().map(Map.Entry::getKey).toList()),
          "Maybe save the weights alone, with torch.save(checkpoint['NAME'], 'weights.pth').");
    }
    return (Map<?, ?>) inner.get(0).getValue();
  }

  private static boolean holdsTensors(Map<?, ?> map) {
    return map.values().stream().anyMatch(PytorchTensor.class::isInstance);
  }

  private static Map<String, PytorchTensor> tensorsOf(Map<?, ?> state, StoredZip zip, String folder)
      throws IOException {
    Map<String, PytorchTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> named : state.entrySet()) {
      if (named.getKey() instanceof String name && named.getValue() instanceof PytorchTensor t) {
        requireInside(name, t, zip.entries().get(folder + "data/" + t.storage().entry()));
        tensors.put(name, t);
      }
    }
    return Collections.unmodifiableMap(tensors);
  }

  private static void requireInside(String name, PytorchTensor tensor, StoredZip.Entry entry)
      throws IOException {
    if (entry == null) {
      throw new IOException("the storage of tensor '" + name + "' is missing");
    }
    long stored = entry.bytes() / tensor.info().dtype().bytes();
    try {
      if (tensor.reach() <= stored) {
        return;
      }
    } catch (ArithmeticException e) {
      // Falls to the error below.
    }
    throw new IOException(
        "tensor '" + name + "' is " + tensor.info() + ", its storage has " + stored + " elements");
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public TensorInfo info(String name) {
    return tensor(name).info();
  }

  @Override
  public ByteBuffer bytes(String name, long from, int count) {
    PytorchTensor tensor = tensor(name);
    Objects.checkFromIndexSize(from, count, tensor.info().bytes());
    String entryName = folder + "data/" + tensor.storage().entry();
    try {
      if (!verified.contains(entryName)) {
        zip.verify(entryName);
        verified.add(entryName);
      }
      long begin = zip.entries().get(entryName).begin();
      int width = tensor.info().dtype().bytes();
      return tensor.contiguous()
          ? mapped.view(begin + tensor.offset() * width + from, count)
          : gather(tensor, begin, from, count);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** A copy in row-major order of a tensor that lies otherwise, a transposed one for example. */
  private ByteBuffer gather(PytorchTensor tensor, long begin, long from, int count)
      throws IOException {
    int width = tensor.info().dtype().bytes();
    if (from % width != 0 || count % width != 0) {
      throw new IllegalArgumentException("Only whole elements of a strided tensor can be read");
    }
    long reach = tensor.reach() * width;
    if (reach > Integer.MAX_VALUE) {
      throw new IOException("a strided tensor reaches over more than 2 GiB");
    }
    ByteBuffer storage = mapped.view(begin, (int) reach);
    ByteBuffer copy = ByteBuffer.allocateDirect(count).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < count; at += width) {
      copy.put(at, storage, (int) (tensor.placeOf((from + at) / width) * width), width);
    }
    return copy.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private PytorchTensor tensor(String name) {
    PytorchTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw MissingTensor.named(name, this);
    }
    return tensor;
  }

  @Override
  public void close() {
    try {
      mapped.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }
}
