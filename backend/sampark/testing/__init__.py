"""What tests need, shipped: builders, scripted models, fault switches, the pytest plugin."""
