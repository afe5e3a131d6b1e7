"""What all pieces of a protocol have in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A piece of a protocol: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False)
