-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Platform" AS ENUM ('desktop', 'mobile', 'server', 'xr');

-- CreateEnum
CREATE TYPE "ReleaseStatus" AS ENUM ('planned', 'nightly', 'beta', 'current', 'esr', 'retired');

-- CreateEnum
CREATE TYPE "Engine" AS ENUM ('Blink', 'EdgeHTML', 'Gecko', 'Presto', 'Trident', 'V8', 'WebKit');

-- CreateEnum
CREATE TYPE "Precision" AS ENUM ('exact', 'at_or_before', 'preview', 'never');

-- CreateEnum
CREATE TYPE "FlagType" AS ENUM ('preference', 'runtime_flag');

-- CreateTable
CREATE TABLE "Snapshot" (
    "id" SERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "publishedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Snapshot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Browser" (
    "id" SERIAL NOT NULL,
    "snapshotId" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "platform" "Platform" NOT NULL,
    "previewName" TEXT,
    "settingsUrl" TEXT,
    "acceptsFlags" BOOLEAN NOT NULL,
    "acceptsWebExtensions" BOOLEAN NOT NULL,
    "upstreamId" INTEGER,

    CONSTRAINT "Browser_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Release" (
    "id" SERIAL NOT NULL,
    "browserId" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "status" "ReleaseStatus" NOT NULL,
    "releasedOn" DATE,
    "notesUrl" TEXT,
    "engine" "Engine",
    "engineVersion" TEXT,

    CONSTRAINT "Release_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Feature" (
    "id" SERIAL NOT NULL,
    "snapshotId" INTEGER NOT NULL,
    "parentId" INTEGER,
    "path" TEXT NOT NULL,
    "description" TEXT,
    "mdnUrl" TEXT,
    "sourceFile" TEXT,
    "deprecated" BOOLEAN,
    "experimental" BOOLEAN,
    "standardTrack" BOOLEAN,

    CONSTRAINT "Feature_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SpecLink" (
    "featureId" INTEGER NOT NULL,
    "url" TEXT NOT NULL,

    CONSTRAINT "SpecLink_pkey" PRIMARY KEY ("featureId","url")
);

-- CreateTable
CREATE TABLE "Tag" (
    "id" SERIAL NOT NULL,
    "snapshotId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "Tag_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Support" (
    "id" SERIAL NOT NULL,
    "featureId" INTEGER NOT NULL,
    "browserId" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "added" "Precision" NOT NULL,
    "addedId" INTEGER,
    "removed" "Precision",
    "removedId" INTEGER,
    "partialImplementation" BOOLEAN NOT NULL,
    "prefix" TEXT,
    "alternativeName" TEXT,

    CONSTRAINT "Support_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Note" (
    "supportId" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "Note_pkey" PRIMARY KEY ("supportId","position")
);

-- CreateTable
CREATE TABLE "Flag" (
    "supportId" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "type" "FlagType" NOT NULL,
    "name" TEXT NOT NULL,
    "valueToSet" TEXT,

    CONSTRAINT "Flag_pkey" PRIMARY KEY ("supportId","position")
);

-- CreateTable
CREATE TABLE "TrackingLink" (
    "supportId" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "url" TEXT NOT NULL,

    CONSTRAINT "TrackingLink_pkey" PRIMARY KEY ("supportId","position")
);

-- CreateTable
CREATE TABLE "_FeatureToTag" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_FeatureToTag_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE UNIQUE INDEX "Browser_snapshotId_key_key" ON "Browser"("snapshotId", "key");

-- CreateIndex
CREATE UNIQUE INDEX "Release_browserId_version_key" ON "Release"("browserId", "version");

-- CreateIndex
CREATE INDEX "Feature_parentId_idx" ON "Feature"("parentId");

-- CreateIndex
CREATE UNIQUE INDEX "Feature_snapshotId_path_key" ON "Feature"("snapshotId", "path");

-- CreateIndex
CREATE UNIQUE INDEX "Tag_snapshotId_name_key" ON "Tag"("snapshotId", "name");

-- CreateIndex
CREATE INDEX "Support_browserId_idx" ON "Support"("browserId");

-- CreateIndex
CREATE UNIQUE INDEX "Support_featureId_browserId_position_key" ON "Support"("featureId", "browserId", "position");

-- CreateIndex
CREATE INDEX "_FeatureToTag_B_index" ON "_FeatureToTag"("B");

-- AddForeignKey
ALTER TABLE "Browser" ADD CONSTRAINT "Browser_snapshotId_fkey" FOREIGN KEY ("snapshotId") REFERENCES "Snapshot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Browser" ADD CONSTRAINT "Browser_upstreamId_fkey" FOREIGN KEY ("upstreamId") REFERENCES "Browser"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Release" ADD CONSTRAINT "Release_browserId_fkey" FOREIGN KEY ("browserId") REFERENCES "Browser"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Feature" ADD CONSTRAINT "Feature_snapshotId_fkey" FOREIGN KEY ("snapshotId") REFERENCES "Snapshot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Feature" ADD CONSTRAINT "Feature_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Feature"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SpecLink" ADD CONSTRAINT "SpecLink_featureId_fkey" FOREIGN KEY ("featureId") REFERENCES "Feature"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Tag" ADD CONSTRAINT "Tag_snapshotId_fkey" FOREIGN KEY ("snapshotId") REFERENCES "Snapshot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Support" ADD CONSTRAINT "Support_featureId_fkey" FOREIGN KEY ("featureId") REFERENCES "Feature"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Support" ADD CONSTRAINT "Support_browserId_fkey" FOREIGN KEY ("browserId") REFERENCES "Browser"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Support" ADD CONSTRAINT "Support_addedId_fkey" FOREIGN KEY ("addedId") REFERENCES "Release"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Support" ADD CONSTRAINT "Support_removedId_fkey" FOREIGN KEY ("removedId") REFERENCES "Release"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Note" ADD CONSTRAINT "Note_supportId_fkey" FOREIGN KEY ("supportId") REFERENCES "Support"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Flag" ADD CONSTRAINT "Flag_supportId_fkey" FOREIGN KEY ("supportId") REFERENCES "Support"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TrackingLink" ADD CONSTRAINT "TrackingLink_supportId_fkey" FOREIGN KEY ("supportId") REFERENCES "Support"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_FeatureToTag" ADD CONSTRAINT "_FeatureToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "Feature"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_FeatureToTag" ADD CONSTRAINT "_FeatureToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"("id") ON DELETE CASCADE ON UPDATE CASCADE;

