#include "execution/artifacts/reader_places.h"

#include <gtest/gtest.h>

#include <thread>

namespace glovebox {
namespace {

using namespace std::chrono_literals;

const ClientId kAnn("key:ann");
const ClientId kBob("key:bob");

TEST(ReaderPlacesTest, EachClientHasItsOwnAndAllShareTheRest) {
  ReaderPlaces places({2, 3, 1h});
  auto first = places.take(kAnn, nullptr);
  auto second = places.take(kAnn, nullptr);
  EXPECT_EQ(places.take(kAnn, nullptr), nullptr);
  auto third = places.take(kBob, nullptr);
  EXPECT_EQ(places.take(kBob, nullptr), nullptr) << "all are taken";
  first.reset();
  EXPECT_NE(places.take(kBob, nullptr), nullptr);
  EXPECT_EQ(places.of(kAnn), 1u);
  EXPECT_EQ(places.all(), 2u);
}

TEST(ReaderPlacesTest, AStalledReaderMakesRoomForItsOwnClientIfThatIsAtItsLimit) {
  ReaderPlaces places({1, 0, 1ms});
  int lost = 0;
  auto stalled = places.take(kAnn, [&] { ++lost; });
  auto other = places.take(kBob, [] { FAIL() << "another client's place"; });
  other->handed();
  EXPECT_EQ(places.take(kAnn, nullptr), nullptr) << "it was never given anything";
  stalled->handed();
  std::this_thread::sleep_for(5ms);
  stalled->asked();
  EXPECT_EQ(places.take(kAnn, nullptr), nullptr) << "it has taken what it was given";
  stalled->handed();
  std::this_thread::sleep_for(5ms);
  EXPECT_EQ(lost, 0) << "no job needed it";
  auto next = places.take(kAnn, nullptr);
  EXPECT_NE(next, nullptr);
  EXPECT_EQ(lost, 1);
  EXPECT_EQ(places.of(kAnn), 1u);
  stalled.reset();
  EXPECT_EQ(places.of(kAnn), 1u) << "counted once";
}

TEST(ReaderPlacesTest, TheLongestStalledReaderMakesRoomIfAllPlacesAreTaken) {
  ReaderPlaces places({0, 2, 1ms});
  int of_ann = 0;
  int of_bob = 0;
  auto ann = places.take(kAnn, [&] { ++of_ann; });
  auto bob = places.take(kBob, [&] { ++of_bob; });
  bob->handed();
  std::this_thread::sleep_for(3ms);
  ann->handed();
  std::this_thread::sleep_for(5ms);
  EXPECT_NE(places.take(ClientId("key:eve"), nullptr), nullptr);
  EXPECT_EQ(of_bob, 1);
  EXPECT_EQ(of_ann, 0);
}

TEST(ReaderPlacesTest, APlaceMayOutliveTheTable) {
  std::unique_ptr<ReaderPlaces::Place> place;
  {
    ReaderPlaces places({1, 1, 1ms});
    place = places.take(kAnn, nullptr);
  }
  place->handed();
}

}  // namespace
}  // namespace glovebox
