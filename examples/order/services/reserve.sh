# Reserves the goods of an order; the same key gives the same hold.
printf '{"hold": "hold-%s"}\n' "$1"
