import { useShortcuts } from '../../app/shortcuts';
import type { Tool } from '../../api/types';
import { Button } from '../../ui/Button';
import { ChosenTool } from './ChosenTool';

export const toolSearchId = 'tool-search';

// The second step: the chosen tool with its form. The cards to choose from are separate.
export function ToolStep(props: { tool: Tool | undefined; choosing: boolean; onChoosing: (choosing: boolean) => void }) {
  const { tool, choosing, onChoosing } = props;
  useShortcuts({
    t: () => {
      onChoosing(true);
      requestAnimationFrame(() => document.getElementById(toolSearchId)?.focus());
    },
  });
  return (
    <section aria-labelledby="tool-step" className="grid grid-cols-[minmax(0,1fr)] content-start gap-2">
      <h2 id="tool-step" className="step">
        <span aria-hidden="true">2</span> Tool
        {tool && (
          <Button id="choose-tool" kind="quiet" small className="ml-auto" aria-expanded={choosing} onClick={() => onChoosing(!choosing)}>
            {choosing ? 'Cancel' : 'Choose another'}
          </Button>
        )}
      </h2>
      {tool && <ChosenTool tool={tool} />}
      {!tool && <p className="note">None chosen. Choose a tool from the cards.</p>}
    </section>
  );
}
