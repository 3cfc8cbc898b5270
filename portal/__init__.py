"""The operators' portal: a web application that is an ordinary client of the Ampline API."""
