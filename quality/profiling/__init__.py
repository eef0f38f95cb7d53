"""What the columns of a frame hold, and the contract that would fit them."""
