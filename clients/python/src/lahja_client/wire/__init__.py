"""What is on the wire: frames, names, type IDs and compressed payloads."""
