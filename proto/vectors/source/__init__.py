"""What the vectors say, one module for each .json file."""
