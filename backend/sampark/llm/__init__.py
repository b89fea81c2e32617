"""Everything about models that is no stage: models by role, prompts, calls, prices, the cache.

It knows no stage, no store and no tool that runs: a model here reads text and answers with a typed
value. What may enter a prompt is decided by the stage that owns the prompt.
"""
