"""Purchase: what arrives from suppliers, in money."""

from steelyard.grid.block import Array, is_zero, uniform_block


def purchases(constrained_receipts: Array, scheduled_receipts: Array, purchase_price: Array) -> Array:
    """Receipts from suppliers x purchase price, period x place [money]; zero where nothing is bought.

    Example:
        >>> import numpy as np
        >>> purchases(np.array([[10.0]]), np.array([[5.0]]), np.array([[2.0]]))
        array([[30.]])
    """
    if is_zero(purchase_price):
        return uniform_block(constrained_receipts.shape, 0.0)
    return (constrained_receipts + scheduled_receipts) * purchase_price
