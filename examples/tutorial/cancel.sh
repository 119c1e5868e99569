#!/bin/sh
# Takes an order back.
echo "$1" >> cancelled
