// What is achieved and who achieved it: AchievementCredential of Open Badges 3.0 and its parts.

import { EndorsementCredential, IdentifierEntry, Image, BadgeCredential, Profile, identifierType } from "./profile.mjs";
import { boolean, jws, language, literal, number, required, several, term, text, thing, time, typesOrText, typesWith, url } from "./values.mjs";
import { CREDENTIAL } from "./vc.mjs";

export const ACHIEVEMENT_CREDENTIALS = ["OpenBadgeCredential", "AchievementCredential"];
export const ACHIEVEMENT_SUBJECT = "AchievementSubject";

// prettier-ignore
const achievementType = term([
  "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge", "BachelorDegree",
  "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency", "Course", "CoCurricular", "Degree",
  "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram", "License",
  "Membership", "ProfessionalDoctorate", "QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential",
  "ResearchDoctorate", "SecondarySchoolDiploma",
]);
// prettier-ignore
const targetType = term([
  "ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL",
]);
// prettier-ignore
const resultType = term([
  "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result", "RubricCriterion",
  "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
]);
const STATUSES = ["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"];

const Alignment = thing({
  type: required(typesOrText("Alignment")),
  targetName: required(text),
  targetUrl: required(url),
  targetCode: text,
  targetDescription: text,
  targetFramework: text,
  targetType,
});

const Criteria = thing({ id: url, narrative: text });

const Related = thing({ id: required(url), type: required(typesOrText("Related")), inLanguage: language, version: text });

const RubricCriterionLevel = thing({
  id: required(url),
  type: required(typesOrText("RubricCriterionLevel")),
  name: required(text),
  alignment: several(Alignment),
  description: text,
  level: text,
  points: text,
});

const ResultDescription = thing({
  id: required(url),
  type: required(typesOrText("ResultDescription")),
  name: required(text),
  resultType: required(resultType),
  alignment: several(Alignment),
  allowedValue: several(text),
  requiredLevel: text,
  requiredValue: text,
  rubricCriterionLevel: several(RubricCriterionLevel),
  valueMax: text,
  valueMin: text,
});

// What can be achieved: the template that credentials are instances of.
const Achievement = thing({
  id: required(url),
  type: required(typesOrText("Achievement")),
  name: required(text),
  description: required(text),
  criteria: required(Criteria),
  alignment: several(Alignment),
  achievementType,
  creator: Profile,
  creditsAvailable: number,
  endorsement: several(EndorsementCredential),
  endorsementJwt: several(jws),
  fieldOfStudy: text,
  humanCode: text,
  image: Image,
  inLanguage: language,
  otherIdentifier: several(IdentifierEntry),
  related: several(Related),
  resultDescription: several(ResultDescription),
  specialization: text,
  tag: several(text),
  version: text,
});

// An identifier of the learner, plain or hashed.
const IdentityObject = thing(
  {
    type: required(literal("IdentityObject")),
    hashed: required(boolean),
    identityHash: required(text),
    identityType: required(identifierType),
    salt: text,
  },
  { closed: true },
);

// What the learner reached.
const Result = thing({
  type: required(typesOrText("Result")),
  achievedLevel: text,
  alignment: several(Alignment),
  resultDescription: text,
  status: term(STATUSES, { extensible: false }),
  value: text,
});

// Who achieved what, and how.
export const AchievementSubject = thing({
  type: required(typesOrText(ACHIEVEMENT_SUBJECT)),
  achievement: required(Achievement),
  id: url,
  activityEndDate: time,
  activityStartDate: time,
  creditsEarned: number,
  identifier: several(IdentityObject),
  image: Image,
  licenseNumber: text,
  narrative: text,
  result: several(Result),
  role: text,
  source: Profile,
  term: text,
});

// A badge: an AchievementCredential, which is also called OpenBadgeCredential.
export const AchievementCredential = thing({
  ...BadgeCredential,
  type: required(typesWith([CREDENTIAL], ACHIEVEMENT_CREDENTIALS)),
  name: text,
  image: Image,
  credentialSubject: required(AchievementSubject),
  endorsement: several(EndorsementCredential),
  endorsementJwt: several(jws),
});
