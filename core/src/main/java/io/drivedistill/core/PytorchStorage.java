package io.drivedistill.core;

/**
 * A storage of a PyTorch checkpoint: numbers in a row, which tensors are views of.
 *
 * @param entry name of the zip entry that holds the bytes
 * @param dtype element type, or null for bytes whose type the tensor states
 */
record PytorchStorage(String entry, Dtype dtype) {}
