"""How the installation is, in a fixed number of queries however much there is."""
