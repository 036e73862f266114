// RecoveryTest: the service over a real database, from one life to the next.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "execution/service_fixture.h"

namespace glovebox {

class RecoveryTest : public testing::Test {
 protected:
  ServiceHarness& live() {
    life_ = std::make_unique<ServiceHarness>();
    life_->sqlite_ = SqliteStore::open(folder_.path() / "glovebox.db").value();
    life_->journal_ = OutputJournal::open(folder_.path() / "output").value();
    life_->options_.sweep_interval = std::chrono::milliseconds(1);
    life_->trees_ = trees_;
    life_->sandbox_ = std::make_unique<FakeSandbox>(life_->loop_);
    if (prepare_) prepare_(*life_);
    life_->start();
    return *life_;
  }
  // As kill -9 does.
  void die() {
    life_->killed_ = true;
    life_.reset();
  }
  const ClientId ann_{"ann"};
  const ClientId bob_{"bob"};
  TempFolder folder_;
  std::function<void(ServiceHarness&)> prepare_;  // what is otherwise in the next life
  std::shared_ptr<MemoryProjectStore> trees_ = std::make_shared<MemoryProjectStore>();
  std::unique_ptr<ServiceHarness> life_;
};

}  // namespace glovebox
