"""On what a model runs, and how its numbers are kept."""

from collections.abc import Set
from typing import NamedTuple

GPU, PROCESSOR = "cuda", "cpu"
"""As CTranslate2 calls them."""
ON_GPU = ("float16", "int8_float16", "int8", "int8_float32", "float32")
"""The first one that a GPU has is taken: half precision is fastest where it is native, and exact enough."""
ON_PROCESSOR = ("int8", "int8_float32", "float32")


class ComputeDevice(NamedTuple):
    """name: GPU or PROCESSOR. compute_type: one of CTranslate2's."""

    name: str
    compute_type: str


USUAL = ComputeDevice(PROCESSOR, "int8")
"""What every machine has."""


def best_device(gpus: int, gpu_types: Set[str], cpu_types: Set[str]) -> ComputeDevice:
    """Return the device of choice. gpus: how many there are. gpu_types, cpu_types: what each can compute with."""
    if gpus:
        for compute_type in ON_GPU:
            if compute_type in gpu_types:
                return ComputeDevice(GPU, compute_type)
    return ComputeDevice(PROCESSOR, next((one for one in ON_PROCESSOR if one in cpu_types), "default"))


def this_machines_device() -> ComputeDevice:
    """Return this machine's device of choice; a GPU that is hidden (CUDA_VISIBLE_DEVICES) is none."""
    import ctranslate2

    gpus = ctranslate2.get_cuda_device_count()
    gpu_types = ctranslate2.get_supported_compute_types(GPU) if gpus else set()
    return best_device(gpus, gpu_types, ctranslate2.get_supported_compute_types(PROCESSOR))


def processor_device() -> ComputeDevice:
    """Return how this machine's processor is used, whatever GPU there is."""
    import ctranslate2

    return best_device(0, set(), ctranslate2.get_supported_compute_types(PROCESSOR))
