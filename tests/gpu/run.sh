#!/usr/bin/env bash
# Exports the student, runs it on the GPU with CUDA, and with TensorRT where its libraries are found, compares
# both with the CPU and prints the latencies as JSON. Without a GPU it says so and ends well.
#
#   JAVA_HOME               a JDK 17 or later; otherwise the one on the PATH
#   DRIVEDISTILL_GPU_PARTS  folder with the jars below, or with what is inside them: classes and .so files,
#                           in whatever order of folders; libraries of CUDA, cuDNN and TensorRT may lie there too
#   DRIVEDISTILL_GPU_SIZE   published (default, 56 M parameters) or quickstart
#   DRIVEDISTILL_GPU_ON     providers, cuda,tensorrt by default; cpu tries this script where there is no GPU
#
# Jars that are not in that folder are looked for in the local Maven repository. Nothing is downloaded.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
parts=${DRIVEDISTILL_GPU_PARTS:-}
size=${DRIVEDISTILL_GPU_SIZE:-published}
providers=${DRIVEDISTILL_GPU_ON:-cuda,tensorrt}
repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}

skip() {
  printf '{"skipped": "%s"}\n' "$1"
  exit 0
}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

device=none
if [ "$providers" != cpu ]; then
  if command -v nvidia-smi >/dev/null; then
    device=$(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null | head -n 1) || device=none
  elif [ -e /dev/nvidia0 ]; then
    device="NVIDIA GPU"
  fi
  [ -n "$device" ] && [ "$device" != none ] || skip "no NVIDIA GPU: nvidia-smi and /dev/nvidia0 show none"
fi

if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/javac" ]; then
  bin=$JAVA_HOME/bin
else
  javac=$(command -v javac) || skip "no JDK: JAVA_HOME is not set and there is no javac on the PATH"
  bin=$(dirname "$javac")
fi
[ -z "$parts" ] || [ -d "$parts" ] || fail "DRIVEDISTILL_GPU_PARTS is $parts, which is no folder." \
  "Maybe it was not unpacked, or the path is relative to another folder."
if [ -n "$parts" ]; then parts=$(cd "$parts" && pwd); fi

# A version as the parent POM has it.
version() {
  sed -n "s:.*<$1\\.version>\\(.*\\)</$1\\.version>.*:\\1:p" "$root/pom.xml"
}

# Folder in the repository, name without version, a class by which the unpacked jar is known.
djl=$(version djl)
ort=$(version onnxruntime)
jackson=$(version jackson)
jars=(
  "ai/djl/api/$djl api-$djl.jar ai/djl/Model.class"
  "ai/djl/pytorch/pytorch-engine/$djl pytorch-engine-$djl.jar ai/djl/pytorch/engine/PtEngine.class"
  "ai/djl/pytorch/pytorch-jni/$(version djl.pytorch-jni) pytorch-jni-$(version djl.pytorch-jni).jar jnilib/linux-x86_64/cpu/libdjl_torch.so"
  "org/tribuo/tribuo-util-onnx/$(version tribuo) tribuo-util-onnx-$(version tribuo).jar ai/onnx/proto/OnnxMl.class"
  "com/google/protobuf/protobuf-java/3.25.6 protobuf-java-3.25.6.jar com/google/protobuf/ByteString.class"
  "com/google/code/gson/gson/2.13.1 gson-2.13.1.jar com/google/gson/Gson.class"
  "net/java/dev/jna/jna/5.17.0 jna-5.17.0.jar com/sun/jna/Native.class"
  "org/slf4j/slf4j-api/$(version slf4j) slf4j-api-$(version slf4j).jar org/slf4j/Logger.class"
  "org/hdrhistogram/HdrHistogram/$(version hdrhistogram) HdrHistogram-$(version hdrhistogram).jar org/HdrHistogram/Histogram.class"
  "com/fasterxml/jackson/core/jackson-databind/$jackson jackson-databind-$jackson.jar com/fasterxml/jackson/databind/ObjectMapper.class"
  "com/fasterxml/jackson/core/jackson-core/$jackson jackson-core-$jackson.jar com/fasterxml/jackson/core/JsonParser.class"
  "com/fasterxml/jackson/core/jackson-annotations/${jackson%.*} jackson-annotations-${jackson%.*}.jar com/fasterxml/jackson/annotation/JsonProperty.class"
  "org/locationtech/jts/jts-core/$(version jts) jts-core-$(version jts).jar org/locationtech/jts/geom/Geometry.class"
  "com/fasterxml/jackson/datatype/jackson-datatype-jdk8/$jackson jackson-datatype-jdk8-$jackson.jar com/fasterxml/jackson/datatype/jdk8/Jdk8Module.class"
)
classpath=
missing=()

# Appends a jar, or the folder it was unpacked to; remembers it when it is nowhere.
add() {
  local folder=$1 jar=$2 entry=$3 found=
  if [ -n "$parts" ]; then
    found=$(find -L "$parts" -name "$jar" -print -quit)
    if [ -z "$found" ]; then
      found=$(find -L "$parts" -path "*/$entry" -print -quit)
      found=${found%"/$entry"}
    fi
  fi
  if [ -z "$found" ] && [ -f "$repository/$folder/$jar" ]; then found=$repository/$folder/$jar; fi
  if [ -n "$found" ]; then classpath=$classpath:$found; else missing+=("$jar"); fi
}

for jar in "${jars[@]}"; do
  read -r folder name entry <<<"$jar"
  add "$folder" "$name" "$entry"
done

cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
options=(-Xmx2g "-Dai.djl.pytorch.num_threads=$cores" -Djava.awt.headless=true -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -Dai.djl.pytorch.graph_optimizer=false)

# ONNX Runtime: the GPU jar, or its libraries unpacked beside the classes of either jar.
gpu_library=
if [ -n "$parts" ]; then gpu_library=$(find -L "$parts" -name libonnxruntime_providers_cuda.so -print -quit); fi
if [ -n "$gpu_library" ] || [ "$providers" = cpu ]; then
  add "com/microsoft/onnxruntime/onnxruntime/$ort" "onnxruntime-$ort.jar" ai/onnxruntime/OrtEnvironment.class
  if [ -n "$gpu_library" ]; then options+=("-Donnxruntime.native.path=$(dirname "$gpu_library")"); fi
else
  add "com/microsoft/onnxruntime/onnxruntime_gpu/$ort" "onnxruntime_gpu-$ort.jar" ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so
fi

# libtorch, which computes while the student is exported: unpacked, or the jar.
torch=
if [ -n "$parts" ]; then torch=$(find -L "$parts" -name libtorch_cpu.so -print -quit); fi
if [ -n "$torch" ]; then
  export PYTORCH_LIBRARY_PATH PYTORCH_VERSION PYTORCH_FLAVOR=cpu
  PYTORCH_LIBRARY_PATH=$(dirname "$torch")
  PYTORCH_VERSION=$(version djl.pytorch-native)
elif [ -z "${PYTORCH_LIBRARY_PATH:-}" ]; then
  native=$(version djl.pytorch-native)
  add "ai/djl/pytorch/pytorch-native-cpu/$native" "pytorch-native-cpu-$native-linux-x86_64.jar" native/lib/libtorch_cpu.so
fi

if [ ${#missing[@]} -gt 0 ]; then
  fail "These jars of Maven Central are needed and not found: ${missing[*]}" \
    "Maybe put them into a folder and name it in DRIVEDISTILL_GPU_PARTS, or run 'mvn -Pgpu package' once."
fi

# Libraries of CUDA 12, cuDNN 9 and TensorRT 10: those that came with the parts first, then those on LD_LIBRARY_PATH,
# then where NVIDIA's installers and Python's packages put them. What is still missing, the report names.
if [ "$providers" != cpu ]; then
  if [ -n "$parts" ]; then
    while IFS= read -r folder; do
      LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    done < <(find -L "$parts" \( -name 'libcud*.so*' -o -name 'libnvinfer*.so*' -o -name 'libnvonnxparser.so*' \
      -o -name 'libcublas*.so*' -o -name 'libcurand.so*' -o -name 'libnvrtc.so*' \) -printf '%h\n' | sort -u)
  fi
  shopt -s nullglob
  for folder in /usr/local/cuda*/lib64 /opt/cuda*/lib64 /opt/tensorrt*/lib /usr/local/tensorrt*/lib \
    {/usr,/usr/local,/opt/conda,"$HOME/.local","${VIRTUAL_ENV:-/usr/local}"}/lib/python3*/{site,dist}-packages/{nvidia/*/lib,tensorrt_libs}; do
    found=("$folder"/libcudart.so.12* "$folder"/libcublas.so.12* "$folder"/libcurand.so.10* "$folder"/libcudnn.so.9*
      "$folder"/libnvrtc.so.12* "$folder"/libnvinfer.so.10*)
    if [ ${#found[@]} -gt 0 ]; then LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder; fi
  done
  shopt -u nullglob
  export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=$root/core/src/main/java:$root/navsim/src/main/java:$root/nn/src/main/java:$root/student/src/main/java
sources=$sources:$root/export/src/main/java:$root/tests/src/test/java
echo "Compiling the check ..." >&2
"$bin/javac" -nowarn -proc:none -parameters -implicit:class -d "$work/classes" -cp "${classpath#:}" -sourcepath "$sources" \
  "$root/tests/src/test/java/io/drivedistill/tests/GpuCheck.java" >"$work/javac.log" 2>&1 ||
  fail "The check does not compile:" "$(grep -v '^Note:' "$work/javac.log" | head -n 20)"
echo "Exporting the $size student and running it on $providers ..." >&2
"$bin/java" "${options[@]}" -cp "$work/classes${classpath}" io.drivedistill.tests.GpuCheck \
  "$size" "$providers" "$device" "$work/models"
