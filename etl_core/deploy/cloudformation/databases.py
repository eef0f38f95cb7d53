"""A Glue database a layer, and one for what Strata keeps beside the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from etl_core.deploy.common.cfn import Node, ref, resource
from etl_core.deploy.common.names import logical_id
from etl_core.deploy.common.places import Place
from etl_core.names import SYSTEM_NAMESPACE, split_table


def database_resources(
    project: str, lake: Place, tables: Iterable[str], tags: Mapping[str, str]
) -> dict[str, Node]:
    """Databases stay when the stack goes: tables are data. `tags`: existing LF-tags each one gets."""
    layers = dict.fromkeys(split_table(name)[0] for name in tables)
    made: dict[str, Node] = {}
    for layer in (*layers, SYSTEM_NAMESPACE):
        about = f"Layer {layer} of {project}" if layer in layers else f"What Strata keeps for {project}"
        name = logical_id("Database", "System" if layer == SYSTEM_NAMESPACE else layer)
        made[name] = _database(layer, about, lake)
        if tags and layer in layers:
            made[logical_id("Tags", layer)] = _tagged(name, tags)
    return made


def _database(name: str, about: str, lake: Place) -> Node:
    """Tables lie below the database's folder, as they do without a catalog."""
    return resource(
        "AWS::Glue::Database",
        {
            "CatalogId": ref("AWS::AccountId"),
            "DatabaseInput": {
                "Name": name.lower(),
                "Description": about,
                "LocationUri": lake.below(name).uri,
            },
        },
        # what a failed first deployment made goes again; nothing else ever does
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
    )


def _tagged(database: str, tags: Mapping[str, str]) -> Node:
    account = ref("AWS::AccountId")
    return resource(
        "AWS::LakeFormation::TagAssociation",
        {
            "Resource": {"Database": {"CatalogId": account, "Name": ref(database)}},
            "LFTags": [
                {"CatalogId": account, "TagKey": key, "TagValues": [tags[key]]} for key in sorted(tags)
            ],
        },
    )
