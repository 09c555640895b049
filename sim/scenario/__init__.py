"""What a user writes: scenario and world files, read strictly (``load``) into models (``schema``)."""
