#include "store/project_table.h"

#include "store/record_texts.h"
#include "store/time_column.h"

namespace glovebox::project_table {
namespace {

Project read_project(const SqliteStatement& row) {
  Project project;
  project.id = ProjectId(row.text(0));
  project.owner = ClientId(row.text(1));
  project.name = row.text(2);
  project.sha256 = row.text(3);
  project.file_count = row.number(4);
  project.total_bytes = row.number(5);
  project.created_at = from_column(row.number(6));
  project.expires_at = from_column(row.number(7));
  project.notes.root = row.text(8);
  project.notes.warning_count = row.number(9);
  project.notes.warnings = warnings_from_text(row.text(10));
  return project;
}

}  // namespace

Result<void> insert(SqliteDatabase& database, const Project& project) {
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT INTO projects (id, owner, name, sha256, file_count, total_bytes,"
                          " created_at, expires_at, root, warning_count, warnings)"
                          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.bind(0, project.id.str());
  insert.bind(1, project.owner.str());
  insert.bind(2, project.name);
  insert.bind(3, project.sha256);
  insert.bind(4, project.file_count);
  insert.bind(5, project.total_bytes);
  insert.bind(6, to_column(project.created_at));
  insert.bind(7, to_column(project.expires_at));
  insert.bind(8, project.notes.root);
  insert.bind(9, project.notes.warning_count);
  insert.bind(10, warnings_text(project.notes.warnings));
  return insert.run();
}

Result<std::optional<Project>> find(SqliteDatabase& database, const ProjectId& id) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT id, owner, name, sha256, file_count, total_bytes, created_at,"
                          " expires_at, root, warning_count, warnings FROM projects WHERE id = ?"));
  select.bind(0, id.str());
  GB_TRY(bool found, select.step());
  return found ? std::optional(read_project(select)) : std::nullopt;
}

Result<void> remove(SqliteDatabase& database, const ProjectId& id) {
  GB_TRY(SqliteStatement remove, database.prepare("DELETE FROM projects WHERE id = ?"));
  remove.bind(0, id.str());
  return remove.run();
}

Result<std::int64_t> count_of_tree(SqliteDatabase& database, const std::string& sha256) {
  GB_TRY(SqliteStatement count, database.prepare("SELECT count(*) FROM projects WHERE sha256 = ?"));
  count.bind(0, sha256);
  GB_TRY_VOID(count.step());
  return count.number(0);
}

Result<std::vector<Project>> expired(SqliteDatabase& database, WallTime now, const ProjectId& after,
                                     std::int64_t limit) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT id, owner, name, sha256, file_count, total_bytes, created_at,"
                          " expires_at, root, warning_count, warnings FROM projects WHERE "
                          "expires_at <= ? AND id > ?"
                          " ORDER BY id LIMIT ?"));
  select.bind(0, to_column(now));
  select.bind(1, after.str());
  select.bind(2, limit);
  std::vector<Project> projects;
  for (;;) {
    GB_TRY(bool row, select.step());
    if (!row) return projects;
    projects.push_back(read_project(select));
  }
}

}  // namespace glovebox::project_table
