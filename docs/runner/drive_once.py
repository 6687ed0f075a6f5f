"""Plans once with an exported student: python drive_once.py student.onnx"""
import json
import sys

import numpy
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
inputs = {}
for wanted in session.get_inputs():
    shape = [1 if isinstance(size, str) else size for size in wanted.shape]  # the batch is free
    inputs[wanted.name] = numpy.zeros(shape, "uint8" if wanted.type == "tensor(uint8)" else "float32")
inputs["status"][0] = [0, 1, 0, 0, 8.3, 0, 0.2, 0]  # straight on, 8.3 m/s, 0.2 m/s²
(trajectory,) = session.run(["trajectory"], inputs)
for x, y, heading in trajectory[0]:
    print(f"{x:.2f} m ahead, {y:.2f} m left, {heading:.3f} rad")
facts = session.get_modelmeta().custom_metadata_map
print(json.loads(facts["drivedistill.outputs"])[0]["tensor"]["unit"])
