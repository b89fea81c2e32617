"""From a sheet as a person made it to typed columns in Parquet, and back to words.

Reading assumes what a careful reader would, and says so in notes. Nothing here knows a plan.
"""
