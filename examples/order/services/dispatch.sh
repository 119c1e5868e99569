# Hands the parcel to a courier, who does not go everywhere.
case "$1" in
*-moon) echo "no courier goes to the moon" >&2; exit 1 ;;
esac
printf '{"tracking": "T-%s-1", "weight": 12.5}\n' "$1"
