"""What Freehold lets others see of itself: spans, metrics, a structured log. All of it is silent until configured.

Nothing here is on the way of a request: spans and metrics are made when an exchange has ended, from the exchange.
"""
