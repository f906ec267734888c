#include "data/formats/tables/column_name.h"

#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::ElementsAre;

TEST(ColumnNames, FallIntoWordsHoweverTheyAreWritten) {
  for (const char* name : {"patient_id", "PatientID", "Patient ID", "patientId", " patient-id", "PATIENT.ID"}) {
    EXPECT_THAT(column_words(name), ElementsAre("patient", "id")) << name;
    EXPECT_EQ(column_key(name), "patient_id") << name;
  }
  EXPECT_THAT(column_words("MRNumber2"), ElementsAre("mr", "number", "2"));
  EXPECT_THAT(column_words("Straße"), ElementsAre("straße"));
  EXPECT_THAT(column_words(" _"), ElementsAre());
}

TEST(ColumnNames, TellOfAnIdentity) {
  for (const char* name : {"name",
                           "Patient Name",
                           "PatientName",
                           "patientname",
                           "NAME_2",
                           "kin name",
                           "SURNAME",
                           "mrn",
                           "MRN",
                           "insurance_no",
                           "Insurance",
                           "Phone Number",
                           "phone2",
                           "telephoneHome",
                           "FAX",
                           "e-mail",
                           "EMail",
                           "home address",
                           "ZIP Code",
                           "zip",
                           "postcode",
                           "DOB",
                           "birth date",
                           "BirthYear",
                           "date_of_birth",
                           "patient_id",
                           "Patient ID 1",
                           "subject",
                           "sample_id",
                           "id",
                           "encounter_id",
                           "hospital_number",
                           "Record No",
                           "patient_num",
                           "accession",
                           "social security",
                           "referring physician",
                           "Geburtsdatum",
                           "Straße",
                           "Versicherungsnummer"}) {
    EXPECT_TRUE(tells_identity(name)) << name;
  }
}

TEST(ColumnNames, OfMeasurementsAndThingsTellNothing) {
  for (const char* name : {"age",
                           "sex",
                           "birth_weight",
                           "BirthOrder",
                           "drug_name",
                           "gene name",
                           "thyroid",
                           "covid",
                           "NO2",
                           "smoker_yes_no",
                           "num",
                           "ca_num",
                           "number_of_lesions",
                           "nodes",
                           "insurance_type",
                           "cell_count",
                           "diagnosis",
                           "phone_calls_count",
                           "column_23",
                           "Size",
                           "patient_age",
                           "hour_sin",
                           "mean radius",
                           "worst concave points"}) {
    EXPECT_FALSE(tells_identity(name)) << name;
  }
}

TEST(ColumnNames, TellOfDates) {
  for (const char* name : {"date", "visit_date", "AdmissionDate", "Datum", "timestamp"}) EXPECT_TRUE(tells_date(name)) << name;
  for (const char* name : {"days_to_date", "update", "age", "validated"}) EXPECT_FALSE(tells_date(name)) << name;
}

}  // namespace
}  // namespace galen::data
