// Projects, through the service and, for sweeps, separately.
#include "execution/projects/project_library.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <future>

#include "execution/async/blocking.h"
#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

class ProjectTest : public ServiceTest {
 protected:
  void SetUp() override {
    options_.sweep_interval = 1h;
    start();
  }
  ProjectLibrary library() {
    ProjectLibrary::Deps deps{loop_, tasks_, pool_, *trees_, store_, storage_, clock_};
    return ProjectLibrary(deps, ProjectLibrary::Options());
  }
  BackgroundTasks tasks_{loop_};
  Storage storage_{Storage::Deps{loop_, pool_, clock_, {}}, StorageOptions()};
};

TEST_F(ProjectTest, AnUploadBecomesItsOwnersProject) {
  ProjectId id = upload("content", ann_).value();
  Project project = find_project(ann_, id).value();
  EXPECT_EQ(project.name, "a.zip");
  EXPECT_EQ(project.file_count, 1);
  EXPECT_EQ(project.expires_at - project.created_at, 24h);
  EXPECT_EQ(await(loop_, service_->parts().projects.details(ann_, id))->files.at(0).path, "file");
  EXPECT_TRUE(await(loop_, service_->parts().projects.open_file(ann_, id, "file")));
  EXPECT_EQ(await(loop_, service_->parts().projects.open_file(ann_, id, "../x")).error().kind(),
            ErrorKind::kNotFound);
  EXPECT_EQ(find_project(bob_, id).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(await(loop_, service_->parts().projects.details(bob_, id)).error().kind(),
            ErrorKind::kNotFound);
  EXPECT_EQ(await(loop_, service_->parts().projects.remove(bob_, id)).error().kind(),
            ErrorKind::kNotFound);
}

TEST_F(ProjectTest, ARefusedArchiveLeavesNothing) {
  EXPECT_EQ(upload("hostile", ann_).error().kind(), ErrorKind::kUnprocessable);
  EXPECT_TRUE(store_.projects.empty());
}

TEST_F(ProjectTest, AnExampleBecomesAProject) {
  Result<Project> project =
      await(loop_, service_->parts().projects.add_example(ann_, ToolId("cat"), "small"));
  ASSERT_TRUE(project);
  EXPECT_EQ(project->name, "small");
  EXPECT_EQ(await(loop_, service_->parts().projects.add_example(ann_, ToolId("cat"), "none"))
                .error()
                .kind(),
            ErrorKind::kNotFound);
}

TEST_F(ProjectTest, NamesAreCleanedForDisplay) {
  for (auto [given, shown] :
       {std::pair{"C:\\dir\\my code.zip", "my code.zip"}, std::pair{"../../etc/passwd", "passwd"},
        std::pair{"a\nb\x1b[31m", "a b"}, std::pair{"dir/", "project"}, std::pair{"", "project"}}) {
    UniqueFd file = await(loop_, service_->parts().projects.create_upload()).value();
    EXPECT_EQ(await(loop_, service_->parts().projects.add(ann_, given, std::move(file), {}))->name,
              shown);
  }
}

TEST_F(ProjectTest, ATreeIsRemovedWithTheLastProjectThatNamesIt) {
  ProjectId first = upload("same", ann_).value();
  ProjectId second = upload("same", bob_).value();
  EXPECT_EQ(trees_->tree_count(), 1u);
  ASSERT_TRUE(await(loop_, service_->parts().projects.remove(ann_, first)));
  EXPECT_EQ(trees_->tree_count(), 1u);
  ASSERT_TRUE(await(loop_, service_->parts().projects.remove(bob_, second)));
  EXPECT_EQ(trees_->tree_count(), 0u);
  EXPECT_EQ(find_project(bob_, second).error().kind(), ErrorKind::kNotFound);
}

TEST_F(ProjectTest, AProjectInUseIsNotRemoved) {
  hang();
  ProjectId id = project_of(ann_);
  JobId runs = submit(ann_, id).value();
  JobId waits = submit(ann_, id).value();
  EXPECT_EQ(await(loop_, service_->parts().projects.remove(ann_, id)).error().kind(),
            ErrorKind::kConflict);
  sandbox_->end(0);
  wait(runs);
  EXPECT_EQ(await(loop_, service_->parts().projects.remove(ann_, id)).error().kind(),
            ErrorKind::kConflict);
  sandbox_->end(1);
  wait(waits);
  EXPECT_TRUE(await(loop_, service_->parts().projects.remove(ann_, id)));
  EXPECT_EQ(trees_->tree_count(), 0u);
}

TEST_F(ProjectTest, AnExpiredProjectIsNotFoundEvenBeforeItIsSwept) {
  ProjectId id = project_of(ann_);
  clock_.advance(24h - 1ms);
  EXPECT_TRUE(find_project(ann_, id));
  clock_.advance(1ms);
  EXPECT_EQ(find_project(ann_, id).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(submit(ann_, id).error().kind(), ErrorKind::kNotFound);
}

TEST_F(ProjectTest, TheSweepRemovesExpiredProjectsExceptThoseInUse) {
  ProjectLibrary projects = library();
  std::vector<ProjectId> ids;
  for (int i = 0; i < 250; ++i) {
    std::filesystem::path folder = "/tree" + std::to_string(i % 200);
    ids.push_back(await(loop_, projects.add_directory(ann_, "name", folder))->id);
  }
  std::optional<PinnedProject> used = await(loop_, projects.pin(ann_, ids[7])).value();
  clock_.advance(12h);
  ProjectId young = await(loop_, projects.add_directory(ann_, "name", "/tree3"))->id;
  clock_.advance(12h);
  await(loop_, projects.sweep());
  EXPECT_EQ(store_.projects.size(), 2u);
  EXPECT_TRUE(store_.projects.contains(young));
  EXPECT_TRUE(store_.projects.contains(ids[7]));
  EXPECT_EQ(trees_->tree_count(), 2u);
  used.reset();
  await(loop_, projects.sweep());
  EXPECT_EQ(store_.projects.size(), 1u);
  EXPECT_EQ(trees_->tree_count(), 1u);
}

TEST_F(ProjectTest, ATreeThatIsReadWhenItsRecordIsRemovedIsRemovedLater) {
  ProjectLibrary projects = library();
  ProjectId id = await(loop_, projects.add_directory(ann_, "name", "/tree"))->id;
  std::promise<void> opening;
  std::promise<void> go_on;
  trees_->on_open = [&] {
    opening.set_value();
    boost::asio::post(loop_, [] {});  // wakes the coroutine that waits for it
    go_on.get_future().wait();
  };
  std::optional<Result<UniqueFd>> opened;
  boost::asio::co_spawn(
      loop_, projects.open_file(ann_, id, "file"),
      [&](std::exception_ptr, Result<UniqueFd> result) { opened = std::move(result); });
  std::future<void> is_opening = opening.get_future();
  ASSERT_TRUE(
      run_until(loop_, [&] { return is_opening.wait_for(0s) == std::future_status::ready; }));
  ASSERT_TRUE(await(loop_, projects.remove(ann_, id)));
  EXPECT_EQ(trees_->tree_count(), 1u);
  go_on.set_value();
  ASSERT_TRUE(run_until(loop_, [&] { return opened && tasks_.running() == 0; }));
  EXPECT_TRUE(*opened);
  EXPECT_EQ(trees_->tree_count(), 0u);
}

// The tree of an upload is being removed while the same content is uploaded again.
TEST_F(ProjectTest, AnUploadDuringTheRemovalOfTheSameTreeIsComplete) {
  ProjectLibrary projects = library();
  ProjectId first = await(loop_, projects.add_directory(ann_, "name", "/tree"))->id;
  std::promise<void> go_on;
  trees_->on_remove = [&] { go_on.get_future().wait(); };
  std::optional<Result<void>> removed;
  boost::asio::co_spawn(loop_, projects.remove(ann_, first),
                        [&](std::exception_ptr, Result<void> result) { removed = result; });
  ASSERT_TRUE(run_until(loop_, [&] { return store_.projects.empty(); }));
  std::optional<Result<Project>> again;
  boost::asio::co_spawn(
      loop_, projects.add_directory(ann_, "name", "/tree"),
      [&](std::exception_ptr, Result<Project> result) { again = std::move(result); });
  // The removal blocks one of the pool's two threads; the other works in order. So when that one
  // has executed two tasks for us, the upload has done everything that does not wait for the
  // removal.
  for (int i = 0; i < 2; ++i) {
    std::function<Result<int>()> errand = [] { return 0; };
    ASSERT_TRUE(await(loop_, run_blocking(pool_, errand)));
  }
  EXPECT_FALSE(again);
  go_on.set_value();
  ASSERT_TRUE(run_until(loop_, [&] { return removed && again; }));
  ASSERT_TRUE(*again);
  EXPECT_EQ(trees_->tree_count(), 1u);
  EXPECT_TRUE(await(loop_, projects.details(ann_, (*again)->id)));
}

// As when a transport stops waiting for its client.
TEST_F(ProjectTest, AnInterruptedUploadHoldsNoPlace) {
  using namespace boost::asio::experimental::awaitable_operators;
  auto leave = [this]() -> Awaitable<bool> {
    co_await boost::asio::post(loop_, boost::asio::use_awaitable);
    co_return true;
  };
  for (std::size_t i = 0; i < options_.uploads_at_once; ++i) {
    auto race = [&]() -> Awaitable<bool> {
      UniqueFd file(::memfd_create("upload", MFD_CLOEXEC));
      auto adding = service_->parts().projects.add(ann_, "name", std::move(file), ArchiveOptions());
      auto result = co_await (std::move(adding) || leave());
      co_return result.index() == 1;
    };
    EXPECT_TRUE(await(loop_, race()));
  }
  EXPECT_TRUE(upload("content", ann_));
}

TEST_F(ProjectTest, AProjectThatCannotBeRecordedLeavesNoTree) {
  ProjectLibrary projects = library();
  store_.fault = internal_error("disk full");
  EXPECT_EQ(await(loop_, projects.add_directory(ann_, "name", "/tree")).error().kind(),
            ErrorKind::kInternal);
  EXPECT_TRUE(run_until(loop_, [&] { return tasks_.running() == 0; }));
  EXPECT_EQ(trees_->tree_count(), 0u);
}

TEST_F(ProjectTest, BoundsTheUploadsThatAreUnpackedAtOnce) {
  ProjectLibrary::Deps deps{loop_, tasks_, pool_, *trees_, store_, storage_, clock_};
  ProjectLibrary::Options options;
  options.adding_at_once = 2;
  ProjectLibrary projects(deps, options);
  int added = 0;
  for (int i = 0; i < 2; ++i) {
    boost::asio::co_spawn(
        loop_, projects.add_directory(ann_, "name", "/tree"),
        [&](std::exception_ptr, Result<Project> result) { added += result.has_value(); });
  }
  Error refused = await(loop_, projects.add_directory(ann_, "name", "/tree")).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull);
  EXPECT_TRUE(run_until(loop_, [&] { return added == 2; }));
  EXPECT_TRUE(await(loop_, projects.add_directory(ann_, "name", "/tree")));
}

}  // namespace
}  // namespace glovebox
