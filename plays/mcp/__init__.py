"""The agents' door: the operations as MCP tools. It translates, and decides nothing itself.

Needs the extra `mcp` (the official SDK, github.com/modelcontextprotocol/python-sdk).
"""
