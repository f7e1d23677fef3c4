"""A local Confluence, faithful where clients stumble; it shares no code with our own client."""

from .calls import Call, Calls
from .entities import Version
from .errors import ApiError
from .faults import KINDS, Fault, Faults
from .sandbox import Sandbox

__all__ = ["KINDS", "ApiError", "Call", "Calls", "Fault", "Faults", "Sandbox", "Version"]
