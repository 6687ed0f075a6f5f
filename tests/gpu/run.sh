#!/usr/bin/env bash
# Exports the student, runs it on the GPU with CUDA, and with TensorRT where its libraries are found, compares
# both with the CPU and prints the latencies as JSON. Without a GPU it says so and ends well.
#
#   JAVA_HOME               a JDK 17 or later; otherwise the one on the PATH
#   DRIVEDISTILL_GPU_PARTS  folder with the jars below, or with what is inside them: classes and .so files,
#                           in whatever order of folders; libraries of CUDA, cuDNN and TensorRT may lie there too.
#                           Left out: the folder gpu of this repository, which Maven's profiles gpu-cuda13 and
#                           gpu-libraries fill
#   DRIVEDISTILL_GPU_MODEL  folder of an exported model, student.onnx and perhaps student-fp16.onnx, to run instead of
#                           exporting one; libtorch is not needed then
#   DRIVEDISTILL_GPU_SIZE   published (default, 56 M parameters) or quickstart
#   DRIVEDISTILL_GPU_ON     providers, cuda,tensorrt by default; cpu tries this script where there is no GPU
#
# With --list it prints the jars that it takes and does nothing (pack.sh asks for them).
#
# Jars that are not in that folder are looked for in the local Maven repository. Nothing is downloaded.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
parts=${DRIVEDISTILL_GPU_PARTS:-}
if [ -z "$parts" ] && [ -d "$root/gpu" ]; then parts=$root/gpu; fi
model=${DRIVEDISTILL_GPU_MODEL:-}
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
[ -z "$model" ] || [ -f "$model/student.onnx" ] || fail "DRIVEDISTILL_GPU_MODEL is $model, which holds no student.onnx." \
  "Maybe name the folder export/model of a finished run."

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
  "org/tribuo/tribuo-util-onnx/$(version tribuo) tribuo-util-onnx-$(version tribuo).jar ai/onnx/proto/OnnxMl.class"
  "com/google/protobuf/protobuf-java/3.25.6 protobuf-java-3.25.6.jar com/google/protobuf/ByteString.class"
  "com/google/code/gson/gson/2.13.1 gson-2.13.1.jar com/google/gson/Gson.class"
  "net/java/dev/jna/jna/$(version jna) jna-$(version jna).jar com/sun/jna/Native.class"
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
# DJL looks for GPUs in a process of its own: the CUDA runtime that it finds would be ONNX Runtime's too, whatever its version.
options=(-Xmx2g -Dfile.encoding=UTF-8 -Dai.djl.util.cuda.fork=true "-Dai.djl.pytorch.num_threads=$cores" -Djava.awt.headless=true -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -Dai.djl.pytorch.graph_optimizer=false)

# ONNX Runtime: its libraries unpacked beside the classes of either jar, or the jar for CUDA 12.
gpu_library=
native=
cuda=12
if [ -n "$parts" ]; then
  gpu_library=$(find -L "$parts" -name libonnxruntime_providers_cuda.so -print -quit)
  native=$(find -L "$parts" -name libonnxruntime.so -print -quit)
fi
if [ -n "$native" ]; then options+=("-Donnxruntime.native.path=$(dirname "$native")"); fi
if [ -n "$gpu_library" ] || [ "$providers" = cpu ]; then
  add "com/microsoft/onnxruntime/onnxruntime/$ort" "onnxruntime-$ort.jar" ai/onnxruntime/OrtEnvironment.class
  if [ -n "$gpu_library" ]; then
    if LC_ALL=C grep -aqm1 'libcublas\.so\.13' "$gpu_library"; then cuda=13; fi
    binding=$(dirname "$gpu_library")/libonnxruntime4j_jni.so
    if [ ! -f "$binding" ] || LC_ALL=C grep -aqm1 'not compiled with CUDA support' "$binding"; then
      fail "ONNX Runtime's library for Java that can use CUDA is not in $binding." \
        "Maybe it was left out, or is that of the jar onnxruntime: it is in onnxruntime_gpu of the same version." \
        "'mvn -N -Pgpu-cuda13 validate' fetches it for CUDA 13; remove the folder gpu before."
    fi
  fi
else
  add "com/microsoft/onnxruntime/onnxruntime_gpu/$ort" "onnxruntime_gpu-$ort.jar" ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so
fi

# libtorch, which computes while the student is exported: unpacked, or the jar.
if [ -z "$model" ]; then
  jni=$(version djl.pytorch-jni)
  add "ai/djl/pytorch/pytorch-jni/$jni" "pytorch-jni-$jni.jar" jnilib/linux-x86_64/cpu/libdjl_torch.so
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
fi

if [ ${#missing[@]} -gt 0 ]; then
  fail "These jars of Maven Central are needed and not found: ${missing[*]}" \
    "Maybe put them into a folder and name it in DRIVEDISTILL_GPU_PARTS, or run 'mvn -Pgpu package' once," \
    "or for CUDA 13 'mvn package' and 'mvn -N -Pgpu-cuda13 validate'."
fi

if [ "${1:-}" = --list ]; then
  tr ':' '\n' <<<"${classpath#:}"
  exit 0
fi

# Every folder in which this machine may keep libraries of NVIDIA, the first to be taken first.
library_folders() {
  if [ -n "$parts" ]; then
    find -L "$parts" \( -name 'libcu*.so.*' -o -name 'libnv*.so.*' \) -printf '%h\n' | sort -u
  fi
  tr ':' '\n' <<<"${LD_LIBRARY_PATH:-}"
  local python packages folder
  for python in python3 python; do
    command -v "$python" >/dev/null || continue
    while IFS= read -r packages; do
      for folder in "$packages"/nvidia/*/lib "$packages"/tensorrt_libs; do printf '%s\n' "$folder"; done
    done < <("$python" -c 'import site, sys; print("\n".join(dict.fromkeys(sys.path + site.getsitepackages() + [site.getusersitepackages()])))' 2>/dev/null)
  done
  printf '%s\n' "${VIRTUAL_ENV:-/none}"/lib/python3*/site-packages/{nvidia/*/lib,tensorrt_libs} \
    "${CONDA_PREFIX:-/none}"/{lib,targets/x86_64-linux/lib} /opt/conda/lib /usr/local/nvidia/{lib64,lib} \
    /usr/local/cuda*/{lib64,targets/x86_64-linux/lib} /opt/cuda*/lib64 /{opt,usr/local}/{t,T}ensor{rt,RT}*/lib
}

# NVIDIA's libraries: says where each is before anything is run, and puts their folders into LD_LIBRARY_PATH.
find_libraries() {
  local needed=(libcuda.so.1 "libcudart.so.$cuda" "libcublas.so.$cuda" "libcublasLt.so.$cuda" libcudnn.so.9)
  local useful=("libnvrtc.so.$cuda")
  if [ "$cuda" = 12 ]; then
    needed+=(libcurand.so.10)
    case $providers in *tensorrt*) useful+=(libnvinfer.so.10 libnvonnxparser.so.10) ;; esac
  fi
  local loader folders library folder found path= lacking=()
  loader=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)
  mapfile -t folders < <(library_folders | awk 'NF && !seen[$0]++')
  echo "ONNX Runtime for CUDA $cuda: ${gpu_library:-the jar onnxruntime_gpu-$ort.jar}; NVIDIA's libraries:" >&2
  for library in "${needed[@]}" "${useful[@]}"; do
    found=
    for folder in "${folders[@]}"; do
      if [ -e "$folder/$library" ]; then
        found=$folder
        case :$path: in *":$folder:"*) ;; *) path=${path:+$path:}$folder ;; esac
        break
      fi
    done
    if [ -z "$found" ]; then found=$(awk -v name="$library" '$1 == name { print $NF; exit }' <<<"$loader"); fi
    printf '  %-24s %s\n' "$library" "${found:-not found}" >&2
    case " ${needed[*]} " in *" $library "*) [ -n "$found" ] || lacking+=("$library") ;; esac
  done
  if [ ${#lacking[@]} -gt 0 ]; then
    local other=$((25 - cuda))
    local advice=("Maybe put their folder into LD_LIBRARY_PATH or DRIVEDISTILL_GPU_PARTS, or install CUDA $cuda and cuDNN 9:"
      "docs/export.md, 'Libraries for a GPU', tells how.")
    if [ "${lacking[*]}" = libcuda.so.1 ]; then
      advice=("Maybe the driver's libraries were not handed to this container.")
    fi
    for folder in "${folders[@]}" "$(awk '{ print $NF }' <<<"$loader" | grep "libcudart\.so\.$other" | head -n 1 | xargs -r dirname)"; do
      if [ -n "$folder" ] && [ -e "$folder/libcudart.so.$other" ]; then
        advice=("Maybe take ONNX Runtime for CUDA $other, as this machine has that CUDA in $folder:"
          "docs/export.md, 'Libraries for a GPU', tells how.")
        break
      fi
    done
    fail "There is a GPU ($device), but CUDA cannot run without ${lacking[*]}." "${advice[@]}"
  fi
  export LD_LIBRARY_PATH=$path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
}

if [ "$providers" != cpu ]; then find_libraries; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=$root/core/src/main/java:$root/navsim/src/main/java:$root/nn/src/main/java:$root/student/src/main/java
sources=$sources:$root/export/src/main/java:$root/tests/src/test/java
echo "Compiling the check ..." >&2
"$bin/javac" -encoding UTF-8 -nowarn -proc:none -parameters -implicit:class -d "$work/classes" -cp "${classpath#:}" -sourcepath "$sources" \
  "$root/tests/src/test/java/io/drivedistill/tests/GpuCheck.java" >"$work/javac.log" 2>&1 ||
  fail "The check does not compile:" "$(grep -v '^Note:' "$work/javac.log" | head -n 20)"
if [ -n "$model" ]; then
  echo "Running the model of $model on $providers ..." >&2
else
  echo "Exporting the $size student and running it on $providers ..." >&2
fi
"$bin/java" "${options[@]}" -cp "$work/classes${classpath}" io.drivedistill.tests.GpuCheck \
  "${model:-$size}" "$providers" "$device" "$work/models"
