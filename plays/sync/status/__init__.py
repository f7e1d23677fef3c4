"""How the installation is, in a fixed number of queries however much there is."""

from plays.sync.status.silence import Silence, silence
from plays.sync.status.system import SystemStatus, system_status

__all__ = ["Silence", "SystemStatus", "silence", "system_status"]
