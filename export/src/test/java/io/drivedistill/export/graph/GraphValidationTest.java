package io.drivedistill.export.graph;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import io.drivedistill.core.DriveDistillException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GraphValidationTest {

  private static GraphProto graph() {
    OnnxGraph graph = new OnnxGraph();
    Tensor x = graph.input("x", new TensorType(DataType.FLOAT32, List.of(Dim.batch(), Dim.of(2))));
    Tensor twice = graph.node("Mul", List.of(x, graph.scalar(DataType.FLOAT32, 2)), x.type());
    return graph.finish("test", Map.of("y", graph.node("Neg", List.of(twice), x.type())));
  }

  private static void check(UnaryOperator<GraphProto.Builder> change) {
    GraphValidation.check(
        ModelProto.newBuilder()
            .setIrVersion(9)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(20))
            .setGraph(change.apply(graph().toBuilder()))
            .build());
  }

  @Test
  void aSoundGraphPasses() {
    assertThatCode(() -> check(graph -> graph)).doesNotThrowAnyException();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("before it is computed", GraphValidationTest::swapNodes),
        fault(
            "is not used",
            graph -> graph.addInitializer(graph.getInitializer(0).toBuilder().setName("spare"))),
        fault("has no type", GraphProto.Builder::clearValueInfo),
        fault("used twice", graph -> graph.addInitializer(graph.getInitializer(0))),
        fault(
            "is never computed",
            graph -> graph.addOutput(graph.getOutput(0).toBuilder().setName("z"))),
        fault(
            "bytes instead of",
            graph -> graph.setInitializer(0, graph.getInitializer(0).toBuilder().addDims(3))),
        fault(
            "two nodes are named",
            graph ->
                graph.setNode(
                    1, graph.getNode(1).toBuilder().setName(graph.getNode(0).getName()))));
  }

  private static Arguments fault(String message, UnaryOperator<GraphProto.Builder> change) {
    return Arguments.of(message, change);
  }

  private static GraphProto.Builder swapNodes(GraphProto.Builder graph) {
    NodeProto first = graph.getNode(0);
    return graph.setNode(0, graph.getNode(1)).setNode(1, first);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void everyBrokenRuleIsNamed(String message, UnaryOperator<GraphProto.Builder> change) {
    assertThatThrownBy(() -> check(change))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(message);
  }
}
