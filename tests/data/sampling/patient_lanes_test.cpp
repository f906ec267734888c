#include "data/sampling/patient_lanes.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace galen::data {
namespace {

using testing::ElementsAre;

TEST(PatientLanes, GoThroughPatientsAndThenThroughSamples) {
  const std::vector<std::int64_t> groups = {2, 0, 1, 0, 2, 3, 1};
  EXPECT_THAT(order_by_patient(std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6}, groups), ElementsAre(1, 3, 2, 6, 0, 4, 5));
  EXPECT_THAT(order_by_patient(std::vector<std::int64_t>{0, 3, 4, 6}, groups), ElementsAre(3, 6, 0, 4));
}

TEST(PatientLanes, AreEvenWhereEachRowIsAPatient) {
  const std::vector<std::int64_t> patients = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_THAT(lane_begins(patients, 4), ElementsAre(0, 2, 5, 7, 10));
  EXPECT_THAT(lane_begins(patients, 1), ElementsAre(0, 10));
}

TEST(PatientLanes, BeginWhereTheNextPatientDoes) {
  EXPECT_THAT(lane_begins(std::vector<std::int64_t>{5, 5, 5, 6, 6, 7}, 3), ElementsAre(0, 3, 5, 6));
  EXPECT_THAT(lane_begins(std::vector<std::int64_t>{5, 5, 5, 5}, 3), ElementsAre(0, 4, 4, 4)) << "one patient";
  EXPECT_THAT(lane_begins(std::vector<std::int64_t>{5, 6}, 4), ElementsAre(0, 0, 1, 1, 2)) << "more lanes than rows";
  EXPECT_THAT(lane_begins({}, 2), ElementsAre(0, 0, 0));
}

TEST(PatientLanes, HoldEachRowOnceAndNoPatientTwice) {
  for (const std::int64_t rows : {1, 17, 1000}) {
    std::vector<std::int64_t> patients;
    for (std::int64_t row = 0; row < rows; ++row)
      patients.push_back(patients.empty() ? 3 : patients.back() + (row * 7919 % 11 < 4 ? 1 : 0));
    for (const std::int64_t lanes : {1, 3, 8, 256}) {
      const std::vector<std::int64_t> begins = lane_begins(patients, lanes);
      ASSERT_EQ(begins.size(), static_cast<std::size_t>(lanes) + 1);
      EXPECT_EQ(begins.front(), 0);
      EXPECT_EQ(begins.back(), rows);
      EXPECT_TRUE(std::is_sorted(begins.begin(), begins.end()));
      for (std::size_t lane = 1; lane < begins.size() - 1; ++lane) {
        const auto begin = static_cast<std::size_t>(begins[lane]);
        if (begin == 0 || begin == patients.size()) continue;
        EXPECT_NE(patients[begin], patients[begin - 1]) << rows << " rows, lane " << lane << " of " << lanes;
      }
    }
  }
}

}  // namespace
}  // namespace galen::data
