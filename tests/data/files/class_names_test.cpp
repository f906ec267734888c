#include "data/files/class_names.h"

#include <gtest/gtest.h>

namespace galen::data {
namespace {

TEST(ClassNames, AbsenceIsTakenFromWholeWordsInAnyCase) {
  for (const char* name : {"normal", "Healthy", "CONTROL", "negative", "benign", "No Finding", "no_finding", "healthy controls",
                           "COVID-negative", "NoFinding", "without pneumonia", "not malignant", "Tumour (benign)"}) {
    EXPECT_TRUE(names_absence(name)) << name;
  }
  for (const char* name : {"abnormal", "malignant", "non-benign", "not normal", "uncontrolled", "nodule", "positive", "notch", "node", "1",
                           "", "normalität"}) {
    EXPECT_FALSE(names_absence(name)) << name;
  }
}

}  // namespace
}  // namespace galen::data
