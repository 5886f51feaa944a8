#include <retort/environment.h>

#include <string>

namespace {

/// Tells the running backends, when the step commits, that their prepared statements are stale.
void notify_backends(const retort::version_change& change, retort::operations& op) {
  if (!(op.dialect() == "postgresql")) return;
  const std::string revision(change.revision.data(), change.revision.size());
  op.execute("SELECT pg_notify('schema_changed', '" + revision + "')");
}

}  // namespace

// The hooks of the ReViewPoint environment.
RETORT_ENVIRONMENT{
    // What PostGIS brings into a developer's database is not ours to judge.
    .include_object =
        [](const retort::schema_object& object) { return !(object.name == "spatial_ref_sys"); },
    .on_version_apply = notify_backends,
};
