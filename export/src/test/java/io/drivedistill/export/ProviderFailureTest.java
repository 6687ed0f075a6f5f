package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * ONNX Runtime's words are those that 1.28 (for CUDA 13) and 1.29 (for CUDA 12) said on a machine
 * with NVIDIA's libraries and without a GPU.
 */
class ProviderFailureTest {
  @TempDir Path folder;

  private static String advice(String said) {
    return ProviderFailure.recognised(new OrtException(said)).orElseThrow().getMessage();
  }

  @Test
  void aLibraryTellsWhatItNeeds() throws IOException {
    Path file = library("libcublasLt.so.13", "libc.so.6");
    assertThat(SharedLibrary.needed(file)).containsExactly("libcublasLt.so.13", "libc.so.6");
    Path java = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
    Assumptions.assumeTrue(Files.exists(java), "this Java is not for Linux");
    assertThat(SharedLibrary.needed(java)).contains("libjvm.so", "libc.so.6");
    Path text = Files.writeString(folder.resolve("notes.so"), "no library".repeat(20));
    assertThatThrownBy(() -> SharedLibrary.needed(text)).hasMessageContaining("notes.so");
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length - 1; length += 7) {
      Path cut = folder.resolve("cut.so");
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SharedLibrary.needed(cut)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void everyMissingLibraryIsNamedWithWhereItComesFrom() throws IOException {
    Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "not Linux");
    Path cuda =
        library("libcublasLt.so.99", "libcublas.so.99", "libcurand.so.99", "libc.so.6", "libx.so");
    Path tensorRt = folder.resolve("libonnxruntime_providers_tensorrt.so");
    Files.move(cuda, tensorRt);
    library("libcudnn.so.99", "libonnxruntime_providers_shared.so", "libnvinfer.so.99");
    assertThat(ProviderLibraries.missing(tensorRt))
        .containsExactly(
            "libcublasLt.so.99, libcublas.so.99 (CUDA 99)",
            "libcurand.so.99 (CUDA)",
            "libx.so (the system)",
            "libcudnn.so.99 (cuDNN 99)",
            "libnvinfer.so.99 (TensorRT 99)");
    assertThat(
            advice(
                "Error code - ORT_FAIL - message: provider_bridge_ort.cc:2020 ProviderLibrary::Get()"
                    + " [ONNXRuntimeError] : 1 : FAIL : Failed to load library "
                    + tensorRt
                    + " with error: libcublasLt.so.99: cannot open shared object file: No such file"))
        .startsWith("ONNX Runtime cannot use TensorRT: this machine lacks libcublasLt.so.99, ")
        .contains("LD_LIBRARY_PATH");
  }

  @Test
  void aCudaThatIsTooOldIsNamed() throws IOException {
    Path cuda = library("libc.so.6", "libstdc++.so.6", "ld-linux-x86-64.so.2");
    assertThat(
            advice(
                "FAIL : Failed to load library "
                    + cuda
                    + " with error: "
                    + cuda
                    + ": undefined symbol: cudaLibraryGetKernel, version libcudart.so.12\n"))
        .startsWith("ONNX Runtime cannot use CUDA: ")
        .contains("cudaLibraryGetKernel, version libcudart.so.12")
        .contains("12.8");
  }

  @Test
  void anOptionThatIsNoneOrHasAWrongValueIsNamed() {
    assertThat(
            advice("FAIL : provider_options_utils.h:182 Parse Unknown provider option: \"tf33\"."))
        .startsWith("ONNX Runtime's provider has no option 'tf33'");
    assertThat(
            advice(
                "FAIL : provider_options_utils.h:187 Parse Failed to parse provider option"
                    + " \"use_tf32\": parse_string.h:116 ParseStringWithClassicLocale Failed to"
                    + " parse value: \"1\""))
        .startsWith("The provider's option 'use_tf32' cannot have the value");
  }

  @Test
  void aMachineWithoutGpuOrDriverIsNotAnOptionThatIsWrong() {
    String said =
        advice(
            "FAIL : provider_options_utils.h:187 Parse Failed to parse provider option"
                + " \"device_id\": CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ;"
                + " hostname=vm ; expr=cudaGetDeviceCount(&num_devices); ");
    assertThat(said)
        .containsAnyOf(
            "CUDA fails: no CUDA-capable device is detected (its error 100)",
            "this machine lacks libcuda.so.1 (the NVIDIA driver)");
  }

  @Test
  void aGpuNumberThatIsNoneIsNamed() {
    assertThat(
            advice(
                "FAIL : provider_options_utils.h:187 Parse Failed to parse provider option"
                    + " \"device_id\": cuda_execution_provider_info.cc:70 operator() Invalid device"
                    + " ID: 1, must be between 0 (inclusive) and 1 (exclusive).\n"))
        .startsWith("There is no GPU number 1\n");
  }

  /** What ONNX Runtime 1.28 said when a stand-in for a library of NVIDIA's returned an error. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=vm ; line=222 ; | CUDA fails: an illegal memory access was encountered (its error 700) | bad state
          CUDA failure 2: out of memory ; GPU=0 ; hostname=vm ; expr=cudaMalloc(&p, size);  | CUDA fails: out of memory (its error 2) | gpu_mem_limit
          Name:'node_Expand_2' Status Message: CUDA error cudaErrorNoKernelImageForDevice:no kernel image is available for execution on the device | CUDA fails: no kernel image is available for execution on the device (its error cudaErrorNoKernelImageForDevice) | no machine code for this GPU
          Name:'node_Gemm_2' Status Message: CUBLAS failure 13: CUBLAS_STATUS_EXECUTION_FAILED ; GPU=0 ; hostname=vm | cuBLAS fails: CUBLAS_STATUS_EXECUTION_FAILED (its error 13) | LD_LIBRARY_PATH
          CUBLAS failure 1: CUBLAS_STATUS_NOT_INITIALIZED ; GPU=0 ; expr=cublasCreate(&cublas_handle_); | cuBLAS fails: CUBLAS_STATUS_NOT_INITIALIZED (its error 1) | gpu_mem_limit
          CUBLAS failure 8: CUBLAS_STATUS_ARCH_MISMATCH ; GPU=0 ; | cuBLAS fails: CUBLAS_STATUS_ARCH_MISMATCH (its error 8) | no machine code
          CUDNN failure 1001: CUDNN_STATUS_NOT_INITIALIZED ; GPU=0 ; expr=cudnnCreate(&cudnn_handle_); | cuDNN fails: CUDNN_STATUS_NOT_INITIALIZED (its error 1001) | different versions
          Name:'node_Conv_7' Status Message: CUDNN_FE failure 11: CUDNN_BACKEND_API_FAILED ; GPU=0 ; hostname=vm | cuDNN fails: CUDNN_BACKEND_API_FAILED (its error 11) | different versions
          AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 512 | no memory for 512 bytes more | nvidia-smi
          AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Available memory of 0 is smaller than requested bytes of 16384 | no memory for 16384 bytes more | gpu_mem_limit
          """)
  void whatNvidiasLibrariesSayInARunIsNotTheModelsFault(
      String said, String problem, String advice) {
    assertThat(advice("Error code - ORT_FAIL - message: " + said))
        .contains(problem)
        .containsPattern("\nMaybe .*" + advice);
  }

  @Test
  void aRecordedRunIsRefusedAsItWouldNotReadNewInputs() {
    SessionSettings recorded =
        new SessionSettings(Provider.CUDA, 1, Map.of("enable_cuda_graph", "1"), Optional.empty());
    assertThatThrownBy(() -> OnnxSession.of(new byte[0], recorded))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("enable_cuda_graph needs inputs and outputs that lie in the GPU");
  }

  @Test
  void aJavaBindingWithoutTheProviderIsNamed() {
    assertThat(
            advice(
                "Error code - ORT_INVALID_ARGUMENT - message: This binary was not compiled with CUDA"
                    + " support."))
        .contains("libonnxruntime4j_jni.so, was compiled without CUDA")
        .contains("onnxruntime_gpu");
  }

  @Test
  void whatIsWrongWithTheModelIsNotTheProvidersFailure() {
    assertThat(ProviderFailure.recognised(new OrtException("Protobuf parsing failed."))).isEmpty();
  }

  /** A file with nothing but the names of the libraries it needs, called as CUDA's provider. */
  private Path library(String... needed) throws IOException {
    StringBuilder names = new StringBuilder("\0");
    List<Integer> starts = new ArrayList<>();
    for (String name : needed) {
      starts.add(names.length());
      names.append(name).append('\0');
    }
    byte[] strings = names.toString().getBytes(StandardCharsets.US_ASCII);
    int dynamic = 64 + 2 * 56;
    int dynamicBytes = 16 * (needed.length + 1);
    int total = dynamic + dynamicBytes + strings.length;
    long address = 0x1000;
    ByteBuffer file = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
    file.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 2);
    segment(file, 64, 1, 0, address, total);
    segment(file, 64 + 56, 2, dynamic, address + dynamic, dynamicBytes);
    file.position(dynamic);
    for (int start : starts) {
      file.putLong(1).putLong(start);
    }
    file.putLong(5).putLong(address + dynamic + dynamicBytes);
    file.put(strings);
    return Files.write(folder.resolve("libonnxruntime_providers_cuda.so"), file.array());
  }

  private static void segment(
      ByteBuffer file, int at, int type, long offset, long address, long bytes) {
    file.putInt(at, type).putLong(at + 8, offset).putLong(at + 16, address);
    file.putLong(at + 32, bytes);
  }
}
