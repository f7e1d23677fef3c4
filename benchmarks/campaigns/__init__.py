"""The parts of benchmarks/campaign.py: a company in trouble, and who looks at its pages after."""
