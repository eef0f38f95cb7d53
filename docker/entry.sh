#!/usr/bin/env bash
# What the container does; it runs outside one as well (see docs/docker.md).
#   entry.sh demo            two days of GreatFin, on the S3 and the Glue Data Catalog of AWS_ENDPOINT_URL
#   entry.sh run ARGUMENTS   tables, as a Glue job would: --select raw.*
#   entry.sh test ARGUMENTS  pytest, in the Spark that is there
#   entry.sh COMMAND         anything else
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${PYTHON:-python3}"
bundle="${STRATA_BUNDLE:-$here/../build/docker}"

# submit MODE SCRIPT ARGUMENTS: the settings that Spark must know before it starts, one a line
submit() {
    local mode="$1" options
    shift
    options="$("$python" "$here/submit.py" "$mode" "$bundle")"
    local -a lines=()
    [ -z "$options" ] || mapfile -t lines <<<"$options"
    "${SPARK_SUBMIT:-spark-submit}" "${lines[@]}" "$@"
}

# Glue names every job it starts; scripts know by that where they are.
run() {
    submit job "$bundle/scripts/strata_selection.py" --env docker ${JOB_NAME:+--JOB_NAME "$JOB_NAME"} "$@"
}

case "${1:-}" in
demo)
    shift
    for day in 1 2; do
        "$python" "$here/landing.py" "$day"
        run "$@"
    done
    ;;
run)
    shift
    run "$@"
    ;;
test)
    shift
    [ $# -gt 0 ] || set -- tests/spark tests/contract -m "not proof"
    submit test "$here/tests.py" -p no:cacheprovider "$@"
    ;;
"") exec bash -l ;;
*) exec "$@" ;;
esac
