/** Qwen2.5-VL in its published architecture and names (SPEC-qwen2_5_vl). */
package io.drivedistill.teacher.qwen;
