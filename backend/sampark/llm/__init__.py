"""Everything about models that is not a stage: models by role, prompts, one call, its price, the
response cache.

It knows no stage, no store and no tool that runs: a model here reads text and answers with a typed
value. What may enter a prompt is decided by the stage that owns the prompt.
"""
