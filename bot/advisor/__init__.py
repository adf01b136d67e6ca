"""From question to answer: facets, follow-ups, boundaries, and the Answer document."""
