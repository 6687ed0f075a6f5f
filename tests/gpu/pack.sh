#!/usr/bin/env bash
# Packs what run.sh needs for a machine with a GPU that has no Java, no network and takes files in pieces.
#
#   tests/gpu/pack.sh MODEL FOLDER [MIB]
#
#   MODEL   folder of an exported student, of which the FP32 and FP16 files are packed
#   FOLDER  is made: java.NN (a Java, the jars, the student, ONNX Runtime), cuda.NN (its CUDA provider) and
#           torch.NN (libtorch), each a tar.xz cut into pieces; README.md has the commands that put them together
#   MIB     of the largest piece, 44 by default
#
# Before: 'mvn package' and 'mvn -N -Pgpu-cuda13 validate'. It needs a JDK with jlink, and xz.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

[ $# -ge 2 ] || fail "tests/gpu/pack.sh needs a folder with a model and a folder to make." "Maybe see its first lines."
model=$1 pieces=$2 mib=${3:-44}
[ -f "$model/student.onnx" ] || fail "$model holds no student.onnx." \
  "Maybe name the folder export/model of a finished run."
[ -f "$root/gpu/libonnxruntime_providers_cuda.so" ] || fail "$root/gpu holds no ONNX Runtime for CUDA." \
  "Maybe run 'mvn -N -Pgpu-cuda13 validate' first."
[ ! -e "$pieces" ] || fail "$pieces is there already." "Maybe remove it, or name another folder."
jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
[ -x "$jdk/bin/jlink" ] || fail "There is no jlink in $jdk/bin." "Maybe set JAVA_HOME to a whole JDK."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$pieces" "$work"/{java/{jars,model,onnxruntime},cuda/onnxruntime,torch/jars}

pack() {
  tar -C "$work/$1" -cf - . | xz -6 -T0 | split -b "${mib}M" -d - "$pieces/$1."
}

"$jdk/bin/jlink" --add-modules java.logging,java.management,java.sql,java.xml,jdk.compiler,jdk.unsupported,jdk.zipfs \
  --strip-debug --no-header-files --no-man-pages --output "$work/java/jdk"
cp "$model"/student.onnx "$work/java/model"
if [ -f "$model/student-fp16.onnx" ]; then cp "$model/student-fp16.onnx" "$work/java/model"; fi
DRIVEDISTILL_GPU_ON=cpu "$root/tests/gpu/run.sh" --list >"$work/list"
while IFS= read -r jar; do
  case $jar in
    */pytorch-*) cp "$jar" "$work/torch/jars" ;;
    # its classes; the libraries are those of the folder gpu
    */onnxruntime-*) (cd "$work/java/onnxruntime" && "$jdk/bin/jar" xf "$jar" && rm -rf ai/onnxruntime/native META-INF) ;;
    *) cp "$jar" "$work/java/jars" ;;
  esac
done <"$work/list"
mv "$work"/torch/jars/pytorch-engine-*.jar "$work/java/jars"
(cd "$work/torch" && "$jdk/bin/jar" xf jars/pytorch-native-cpu-*.jar && rm jars/pytorch-native-cpu-*.jar)
cp "$root"/gpu/libonnxruntime{,4j_jni,_providers_shared}.so "$work/java/onnxruntime"
cp "$root/gpu/libonnxruntime_providers_cuda.so" "$work/cuda/onnxruntime"
for part in java cuda torch; do pack "$part"; done
ls -l "$pieces" | awk 'NF > 8 { printf "%-10s %5.1f MiB\n", $NF, $5 / 1048576 }'
