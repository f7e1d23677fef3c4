"""A local Confluence, faithful where clients stumble; it shares no code with our own client."""

from plays.sandbox.content.entities import Version
from plays.sandbox.sandbox import Sandbox
from plays.sandbox.server.calls import Call, Calls
from plays.sandbox.server.errors import ApiError
from plays.sandbox.server.faults import KINDS, Fault, Faults

__all__ = ["KINDS", "ApiError", "Call", "Calls", "Fault", "Faults", "Sandbox", "Version"]
