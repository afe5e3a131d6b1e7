"""Scaled Schoenfeld residuals of the arm as a JSON object."""

from analytics.result.nulls import Json, with_reasons
from analytics.stats.survival.proportional_hazards import ScaledResiduals, smooth_residuals


def residuals_object(found: ScaledResiduals | None) -> Json:
    """Of the logarithm of the arm's hazard ratio, over `x`; {} where it has none. `time` are the months at which somebody dies."""
    if found is None:
        return {}
    smooth = smooth_residuals(found, column=0)
    drawn = None
    if smooth is not None:
        drawn = {name: getattr(smooth, name).tolist() for name in ("x", "estimate", "low", "high")}
    values: Json = {
        "time": found.time.tolist(),
        "x": found.x.tolist(),
        "residual": found.residual[:, 0].tolist(),
        "smooth": drawn,
    }
    return with_reasons(values, why="too_few_events")
