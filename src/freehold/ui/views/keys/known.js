// Names to choose from, as the dialogs of keys and limits offer them.

import { useAnswer } from "../../parts/asking.js";
import { tags } from "../fields/models.js";
import { isActive } from "./standing.js";

/** `keys`: rows of `/api/keys`. What is not known yet is empty. */
export function useKnown(keys) {
  const models = useAnswer("/v1/models").data?.data ?? [];
  const collections = useAnswer("/api/collections").data?.data ?? [];
  const routes = models.filter((row) => row.freehold?.flow).map((row) => row.id);
  return {
    models: models.map((row) => row.id),
    routes,
    targets: models.map((row) => row.id).filter((id) => !routes.includes(id)),
    collections: collections.map((row) => row.name),
    teams: [...new Set(keys.map((row) => row.team).filter(Boolean))].sort(),
    tags: tags(models),
    keys: keys.filter((row) => isActive(row)).map((row) => ({ value: row.id, text: row.name })),
  };
}
