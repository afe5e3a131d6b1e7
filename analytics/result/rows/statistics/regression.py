"""The numbers of Cox tables and subgroups."""

from analytics.result.rows.shapes import Block, Each, Listed
from analytics.result.rows.statistics.kinds import COX, SURVIVAL, count, ratio, statistic
from analytics.result.rows.statistics.names import named

COX_TABLE = Listed(
    named("term", "level"),
    Block(
        {
            **ratio(
                on=tuple(
                    f"cox.{{endpoint}}.{{cohort}}.{{model}}.{{variable}}.{{level}}.{key}" for key in ("n", "events")
                )
            ),
            "n": count("Patients in the model", "模型人数", by=COX),
            "events": count("Events in the model", "模型事件数", by=COX),
        }
    ),
    {"term": "variable", "level": "level"},
)
SELECTION = Listed(
    lambda one: f"{one['term']}.{'entered' if one['entered'] else 'removed'}",
    Block(
        {
            "p": statistic(
                "P of the step of selection",
                "变量筛选步骤 P 值",
                by=f"{SURVIVAL}.term_tests.select_forward",
                r="MASS::stepAIC",
            )
        }
    ),
    {"term": "variable"},
)
OF_SUBGROUP = tuple(
    f"subgroups.{{endpoint}}.{{cohort}}.{{variable}}.{{level}}.arms.{{arm}}.{key}" for key in ("n", "events")
)
SUBGROUP_BY = "analytics.engine.outcomes.subgroups.SubgroupRow"
SUBGROUPS = Listed(
    named("variable", "level"),
    Block(
        {
            "arms": Each(
                "arm",
                Block(
                    {
                        "n": count("Patients of the subgroup", "亚组人数", by=SUBGROUP_BY),
                        "events": count("Events of the subgroup", "亚组事件数", by=SUBGROUP_BY),
                    }
                ),
            ),
            **ratio(on=OF_SUBGROUP),
            "interaction_p": statistic(
                "P for interaction",
                "交互作用 P 值",
                by=f"{SURVIVAL}.term_tests.interaction_test",
                r="stats::anova",
                on=OF_SUBGROUP,
            ),
        }
    ),
    {"variable": "variable", "level": "level"},
)
